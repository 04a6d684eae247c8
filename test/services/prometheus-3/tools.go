//go:build tools

// Package prometheus pins the server that the tests run: `go mod` resolves everything that building it needs.
package prometheus

import _ "github.com/prometheus/prometheus/cmd/prometheus"
