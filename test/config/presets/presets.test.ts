import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../lib/config/errors.ts';
import { loadConfiguration } from '../../../lib/config/load.ts';
import { PRESET_RATE_WINDOW } from '../../../lib/config/presets/preset.ts';
import { presetFile, presetNames, readPreset } from '../../../lib/config/presets/preset-files.ts';
import { findPromqlProblem } from '../../../lib/config/promql.ts';
import { instantSelectors } from '../../../lib/config/promql-selectors.ts';

const presets = presetNames.map((name) => ({ name, preset: readPreset(name) }));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-presets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(...lines: string[]) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, ['source: { url: "http://127.0.0.1:9090" }', ...lines, ''].join('\n'));
  return loadConfiguration({ file, environment: {} });
}

function problemsOf(...lines: string[]) {
  try {
    load(...lines);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration is valid');
}

describe('the presets', () => {
  it('are all the files of their folder', () => {
    const files = readdirSync(dirname(presetFile('node-exporter'))).sort();
    expect(files).toEqual(presetNames.map((name) => `${name}.yaml`).sort());
  });

  it('give every metric a name of its own, so that all of them fit into one configuration', () => {
    const names = presets.flatMap(({ preset }) => preset.metrics.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    const { configuration } = load(`presets: [${presetNames.join(', ')}]`);
    expect(configuration.metrics.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it('are recognised by different names', () => {
    const marks = presets.map(({ preset }) => preset.recognisedBy.join());
    expect(new Set(marks).size).toBe(marks.length);
  });
});

describe.each(presets)('the preset $name', ({ name, preset }) => {
  it('has queries that the grammar accepts', () => {
    for (const { query } of preset.metrics) expect(findPromqlProblem(query), query).toBeUndefined();
  });

  it('takes rates over a range that can be widened for a slow scrape', () => {
    for (const { query } of preset.metrics) {
      const ranges = [...query.matchAll(/\b(?:rate|avg_over_time)\([^[]*\[(\w+)\]/g)].map(
        ([, range]) => range,
      );
      expect(new Set([...ranges, PRESET_RATE_WINDOW]), query).toEqual(new Set([PRESET_RATE_WINDOW]));
    }
  });

  it('never watches a counter as it is', () => {
    const gauges =
      /^(?:nodejs_active_handles_total|envoy_cluster_membership_total|pg_locks_count|pg_stat_activity_count|node_cpu_seconds_total\{mode="idle"\})/;
    for (const { query } of preset.metrics) {
      const selectors = instantSelectors(query)!.map(({ start, end }) => query.slice(start, end));
      const counters = selectors.filter((selector) => /^\w*_(?:total|count|sum|bucket)\b/.test(selector));
      expect(
        counters.filter((selector) => !gauges.test(selector)),
        query,
      ).toEqual([]);
    }
  });

  it('keeps the labels that its queries group by', () => {
    for (const { query, labels } of preset.metrics) {
      const outer = /^\(*\s*(?:sum|avg|min|max|1 - avg) by \(([^)]*)\)/.exec(query.trim())?.[1];
      if (outer !== undefined) expect(outer.split(/,\s*/).sort(), query).toEqual([...labels].sort());
    }
  });

  it('covers the names that it is recognised by', () => {
    for (const mark of preset.recognisedBy)
      expect(
        preset.covers.some((prefix) => mark.startsWith(prefix)),
        mark,
      ).toBe(true);
  });

  it('adds its metrics to a configuration that names it, each with its unit, domain and direction', () => {
    const { configuration, origins } = load(`presets: [${name}]`);
    for (const [index, metric] of preset.metrics.entries()) {
      const { query, unit, labels, detection } = configuration.metrics[index]!;
      expect({ query, unit, labels }).toEqual({
        query: metric.query,
        unit: metric.unit,
        labels: metric.labels,
      });
      expect(detection.direction).toBe(metric.detection.direction);
      expect(detection.domain).toEqual(metric.detection.domain);
    }
    expect(origins['metrics[0].query']).toContain(`${name}.yaml:`);
  });
});

describe('presets in a configuration', () => {
  it('are overridden by a metric of the same name, key by key', () => {
    const { configuration } = load(
      'presets: [node-exporter]',
      'metrics:',
      '  - { name: node_cpu_busy, enabled: false }',
      '  - { name: node_cpu_iowait, detection: { falseAlertsPerWeek: 0.1 } }',
      '  - { name: own, query: up }',
    );
    const metric = (name: string) => configuration.metrics.find((one) => one.name === name)!;
    expect(metric('node_cpu_busy').enabled).toBe(false);
    expect(metric('node_cpu_iowait').detection).toMatchObject({ falseAlertsPerWeek: 0.1, direction: 'up' });
    expect(metric('own').query).toBe('up');
  });

  it('need no list when there is one', () => {
    expect(load('presets: redis').configuration.metrics[0]?.name).toBe('redis_commands');
  });

  it('are layers above the file that names them extends', () => {
    writeFileSync(
      join(folder, 'base.yaml'),
      'metrics: [{ name: redis_commands, query: up, description: ours }]\n',
    );
    const { configuration } = load('extends: ./base.yaml', 'presets: [redis]');
    expect(configuration.metrics[0]?.query).toBe(readPreset('redis').metrics[0]?.query);
  });

  it('that do not exist are reported at their place, with the nearest name', () => {
    const [problem] = problemsOf('presets: [node-exporter, postgres]');
    expect(problem).toMatchObject({
      line: 2,
      column: 26,
      message: 'preset "postgres" not found',
      suggestion: 'did you mean "postgresql"?',
    });
    expect(problem?.allowed).toContain('node-exporter');
  });

  it('are suggested to who misspells the key, or one of their metrics', () => {
    expect(problemsOf('preset: [redis]').find(({ path }) => path === 'preset')).toMatchObject({
      message: 'preset is not a known key',
      suggestion: 'did you mean "presets"?',
    });
    expect(
      problemsOf('presets: [redis]', 'metrics: [{ name: redis_comands, enabled: false }]'),
    ).toMatchObject([{ path: 'metrics[9].query', line: 3, suggestion: 'did you mean "redis_commands"?' }]);
  });

  it('that are no names are reported', () => {
    const [problem] = problemsOf('presets: [{ name: redis }]');
    expect(problem).toMatchObject({ line: 2, message: 'presets must name presets' });
  });
});
