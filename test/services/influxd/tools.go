//go:build tools

// Package influxd pins the server that the tests run: `go mod` resolves everything that building it needs.
package influxd

import _ "github.com/influxdata/influxdb/v2/cmd/influxd"
