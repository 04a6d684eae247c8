import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/config/errors.ts';
import { profileNames } from '../../lib/config/layers.ts';
import { type LoadOptions, loadConfiguration } from '../../lib/config/load.ts';
import { detectorNames } from '../../lib/config/schema/detection.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { type DetectionSettings, defaultDetectionSettings } from '../../lib/detector/settings.ts';

const shipped = new URL('../../config/config.yaml', import.meta.url).pathname;
const smallest = 'source: { url: http://127.0.0.1:9090 }\nmetrics: [{ name: cpu, query: up }]\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-load-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(files: Record<string, string>, options: Partial<LoadOptions> = {}) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return loadConfiguration({ file: join(folder, 'config.yaml'), environment: {}, ...options });
}
const configure = (text: string, options: Partial<LoadOptions> = {}) =>
  load({ 'config.yaml': smallest + text }, options).configuration;

describe('loading a configuration', () => {
  it('needs no more than the address of the source and one metric', () => {
    const { source, metrics, schedule, results } = configure('');
    expect(source).toMatchObject({ kind: 'prometheus', url: 'http://127.0.0.1:9090', fallback: 'none' });
    expect(metrics[0]).toMatchObject({ name: 'cpu', query: 'up', stepSeconds: 60, seriesLimit: 1000 });
    expect(schedule).toMatchObject({ intervalSeconds: 60, stepSeconds: 60, maximumCatchUpSeconds: 3600 });
    expect(results.kind).toBe('ndjson');
  });

  it("holds detection settings that are the detector's own, with the same defaults", () => {
    const { detector, ...settings } = configure('').detection;
    const checked: DetectionSettings = settings;
    expect(checked).toEqual(defaultDetectionSettings);
    expect(detector).toBe('rarity');
  });

  it('names exactly the detectors that are registered', () => {
    expect([...detectorNames].sort()).toEqual(Object.keys(detectors).sort());
  });

  it('gives each metric its whole settings: its own over those of all', () => {
    const { metrics } = load({
      'config.yaml':
        'source: { url: http://p }\ndetection: { quiet: 1h, persistence: { hits: 1, window: 5 } }\nmetrics: [{ name: a, query: a, detection: { persistence: { hits: 2 } }, model: { history: 7d } }, { name: b, query: b }]\n',
    }).configuration;
    expect(metrics[0]?.detection).toMatchObject({ quietSeconds: 3600, persistence: { hits: 2, window: 5 } });
    expect(metrics[0]?.model.historySeconds).toBe(7 * 86_400);
    expect(metrics[1]?.detection.persistence).toEqual({ hits: 1, window: 5 });
    expect(metrics[1]?.model.historySeconds).toBe(14 * 86_400);
  });

  it('lays profile, extended file, file, section file and environment over one another in this order', () => {
    const layers = {
      'base.yaml':
        'extends: high-frequency\nschedule: { shards: 2, maximumCatchUp: 20m, evaluationDelay: 6s }\n',
      'config.yaml': `extends: ./base.yaml\n${smallest}schedule: { maximumCatchUp: 30m, evaluationDelay: 7s }\nresults: { directory: a, batchSize: 7 }\n`,
      'influxdb.yaml': 'results: { directory: b }\n',
    };
    const { configuration, profile, files } = load(layers, {
      environment: { TIDEMARK__SCHEDULE__EVALUATION_DELAY: '8s', TIDEMARK__METRICS__0__UNIT: 's' },
    });
    expect(configuration.schedule).toMatchObject({
      stepSeconds: 10,
      shards: 2,
      maximumCatchUpSeconds: 1800,
      evaluationDelaySeconds: 8,
    });
    expect(configuration.results).toMatchObject({ kind: 'ndjson', directory: 'b', batchSize: 7 });
    expect(configuration.metrics[0]?.unit).toBe('s');
    expect(profile).toBe('high-frequency');
    expect(files.map((file) => basename(file))).toEqual([
      'config.yaml',
      'base.yaml',
      'high-frequency.yaml',
      'influxdb.yaml',
    ]);
  });

  it('lays the later of several extended files over the earlier', () => {
    const { configuration } = load({
      'config.yaml': `extends: [balanced, sub/one.yaml, sub/two.yaml]\n${smallest}`,
      'sub/one.yaml': 'schedule: { shards: 2 }\nname: one\n',
      'sub/two.yaml': 'name: two\n',
    });
    expect(configuration.schedule.shards).toBe(2);
    expect(configuration.name).toBe('two');
  });

  it('puts a profile of the command line in the place of the one that a file extends, under what users wrote', () => {
    const files = { 'config.yaml': `extends: balanced\n${smallest}schedule: { shards: 3 }\n` };
    const { configuration, profile } = load(files, { profile: 'high-frequency' });
    expect(profile).toBe('high-frequency');
    expect(configuration.schedule).toMatchObject({ stepSeconds: 10, shards: 3 });
    expect(
      load({ 'config.yaml': smallest }, { profile: 'resource-constrained' }).configuration.schedule
        .intervalSeconds,
    ).toBe(300);
  });

  it('reads a plain value that a variable brings as its type, and a quoted one as text', () => {
    const environment = { SHARDS: '4', UNIT: '7', EVIL: 'a: b\n- c # d' };
    const { schedule, metrics, name } = load(
      {
        'config.yaml': `source: { url: http://p }\nschedule:\n  shards: \${SHARDS}\nmetrics:\n  - name: a\n    query: a\n    unit: "\${UNIT}"\n    description: \${EVIL}\nname: \${NAME:}\n`,
      },
      { environment },
    ).configuration;
    expect(schedule.shards).toBe(4);
    expect(metrics[0]?.unit).toBe('7');
    expect(metrics[0]?.description).toBe('a: b\n- c # d');
    expect(name, 'an empty default is no value').toBe('tidemark');
  });

  it('leaves the $ of PromQL alone, and reads ordinary aliases', () => {
    const { metrics } = load({
      'config.yaml':
        'source: { url: http://p }\nmetrics:\n  - { name: a, query: \'label_replace(up, "x", "$1", "y", "(.*)")\', detection: &strict { falseAlertsPerWeek: 0.1 } }\n  - { name: b, query: b, detection: *strict }\n',
    }).configuration;
    expect(metrics[0]?.query).toContain('"$1"');
    expect(metrics[1]?.detection.falseAlertsPerWeek).toBe(0.1);
  });

  it('switches the source by one variable', () => {
    const { source } = load(
      { 'config.yaml': smallest.replace('{ url', '{ kind: prometheus, url') },
      { environment: { TIDEMARK__SOURCE: '{ kind: simulation, seed: 5 }' } },
    ).configuration;
    expect(source).toMatchObject({ kind: 'simulation', seed: 5 });
  });

  it('takes the query of a simulated metric from its name', () => {
    const { metrics } = load({
      'config.yaml': 'source: { kind: simulation }\nmetrics: [{ name: cpu-usage }]\n',
    }).configuration;
    expect(metrics[0]?.query).toBe('cpu-usage');
  });

  it('knows where each value was written', () => {
    const { origins } = load(
      {
        'config.yaml': `${smallest}schedule:\n  shards: 2\n`,
        'grafana.yaml': '\ngrafana: { url: http://g }\n',
      },
      { environment: { TIDEMARK__NAME: 'x' } },
    );
    expect(origins['schedule.shards']).toMatch(/config\.yaml:4$/);
    expect(origins['metrics[0].query']).toMatch(/config\.yaml:2$/);
    expect(origins['grafana.url']).toMatch(/grafana\.yaml:2$/);
    expect(origins.name).toBe('$TIDEMARK__NAME:1');
  });

  it('gives a document that the schema reads to the same configuration again, as JSON from S3', () => {
    const { configuration, document } = loadConfiguration({ file: shipped, environment: {} });
    expect(configurationSchema.parse(JSON.parse(JSON.stringify(document)))).toEqual(configuration);
  });

  it('lays the places of the selectors of PromQL beside it, for functions that have no grammar', () => {
    const query = 'sum(rate(x[5m])) / on() up{job="a"} offset 5m';
    const { configuration } = load({ 'config.yaml': smallest.replace('query: up', `query: '${query}'`) });
    const [{ selectors } = { selectors: undefined }] = configuration.metrics;
    expect(selectors?.map(({ start, end }) => query.slice(start, end))).toEqual(['up{job="a"} offset 5m']);
    const written = { source: { kind: 'simulation' }, metrics: [{ name: 'cpu', query }] };
    expect(configurationSchema.parse(written).metrics[0]?.selectors).toBeUndefined();
  });

  it('takes PromQL of 20,000 characters and no more', () => {
    const ofLength = (characters: number) => {
      const query = `up{job=~"${'a'.repeat(characters - 'up{job=~""}'.length)}"}`;
      return { 'config.yaml': smallest.replace('query: up', `query: '${query}'`) };
    };
    expect(load(ofLength(20_000)).configuration.metrics[0]?.query).toHaveLength(20_000);
    expect(() => load(ofLength(20_001))).toThrow(/metrics\[0\]\.query is too long \(20001 characters\)/);
  });

  it('takes a long chain of terms in PromQL, and sees what is wrong at its end', () => {
    const terms = Array.from({ length: 280 }, (_, index) => `up{job="service-${index}", code=~"5.."}`);
    const chain = (more: string) => ({
      'config.yaml': smallest.replace('query: up', `query: '${terms.join(' or ')}${more}'`),
    });
    expect(load(chain('')).configuration.metrics[0]?.selectors).toHaveLength(280);
    expect(() => load(chain(' or sum(up[5m])'))).toThrow('sum() cannot take the range up[5m]');
  });

  it('reports all problems at once, over files and sections', () => {
    const files = {
      'config.yaml':
        `${smallest}schedule: { interval: 5 minutes, shard: 2 }\nmodel: { growth: logistic }\nmetrics2: 1\n`.replace(
          'query: up',
          'query: "rate(up)"',
        ),
      'influxdb.yaml': 'results: { kind: influx }\n',
    };
    let caught: unknown;
    try {
      load(files);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ConfigurationError);
    const paths = caught instanceof ConfigurationError ? caught.problems.map(({ path }) => path) : [];
    expect(paths).toEqual([
      'metrics[0].query',
      'schedule.interval',
      'schedule.shard',
      'metrics2',
      'results.kind',
    ]);
  });
});

describe('the shipped configuration', () => {
  it.each(profileNames)('is valid under the profile %s', (profile) => {
    const loaded = loadConfiguration({ file: shipped, environment: {}, profile });
    expect(loaded.profile).toBe(profile);
    expect(loaded.configuration.results.kind).toBe('influxdb');
    expect(loaded.configuration.metrics.length).toBeGreaterThan(2);
  });

  it.each(profileNames)('has a profile %s that fits a source and results of any kind', (profile) => {
    const files = {
      'config.yaml': 'source: { kind: simulation }\nresults: { kind: log }\nmetrics: [{ name: a }]\n',
    };
    expect(load(files, { profile }).configuration.source.kind).toBe('simulation');
  });

  it('has a balanced profile that only writes the built-in defaults out', () => {
    expect(configure('', { profile: 'balanced' })).toEqual(configure(''));
  });

  it('keeps the token where the environment says, when it is overridden', () => {
    const environment = { TIDEMARK__RESULTS__TOKEN__ENV: 'INFLUXDB_TOKEN' };
    const { results } = loadConfiguration({ file: shipped, environment }).configuration;
    expect(results.kind === 'influxdb' && results.token).toEqual({ env: 'INFLUXDB_TOKEN' });
  });

  it.each([
    ['TIDEMARK__RESULTS__KIND', 'ndjson', { results: { kind: 'ndjson' } }],
    ['TIDEMARK__RESULTS__KIND', 'log', { results: { kind: 'log' } }],
    ['TIDEMARK__SOURCE__KIND', 'simulation', { source: { kind: 'simulation' } }],
    ['TIDEMARK__SOURCE__AUTH__KIND', 'sigv4', { source: { auth: { kind: 'sigv4' } } }],
  ])('gets another kind by %s=%s alone', (variable, kind, expected) => {
    const { configuration } = loadConfiguration({ file: shipped, environment: { [variable]: kind } });
    expect(configuration).toMatchObject(expected);
  });

  it('gets copies of the results, none by default, whose kind and settings the environment may set', () => {
    expect(configure('').resultCopies).toEqual({});
    const files = { 'config.yaml': `${smallest}resultCopies: { lake: { kind: influxdb, url: http://u } }\n` };
    const environment = {
      TIDEMARK__RESULT_COPIES__LAKE__DIRECTORY: 's3://lake/copy',
      TIDEMARK__RESULT_COPIES__LAKE__KIND: 'ndjson',
    };
    expect(load(files, { environment }).configuration.resultCopies).toMatchObject({
      lake: { kind: 'ndjson', directory: 's3://lake/copy', spool: { maximumMegabytes: 500 } },
    });
  });

  it('gets the settings of another kind beside it, whatever their order', () => {
    const environment = {
      TIDEMARK__RESULTS__DIRECTORY: 'verdicts',
      TIDEMARK__RESULTS__KIND: 'ndjson',
      TIDEMARK__RESULTS__SPOOL__MAXIMUM_MEGABYTES: '7',
    };
    const { results } = loadConfiguration({ file: shipped, environment }).configuration;
    expect(results).toMatchObject({ kind: 'ndjson', directory: 'verdicts', spool: { maximumMegabytes: 7 } });
  });

  it('gets the kind of a section inside one of another kind', () => {
    const environment = {
      TIDEMARK__RESULTS__AUTH__KIND: 'sigv4',
      TIDEMARK__RESULTS__KIND: 'prometheus-remote-write',
      TIDEMARK__RESULTS__URL: 'http://prometheus:9090/api/v1/write',
    };
    const { results } = loadConfiguration({ file: shipped, environment }).configuration;
    expect(results).toMatchObject({ kind: 'prometheus-remote-write', auth: { kind: 'sigv4' } });
  });

  it('takes a text in quotes as it is, also where it looks like a number', () => {
    const environment = { TIDEMARK__RESULTS__ORG: '"0042"', TIDEMARK__NAME: "'true'" };
    const { configuration } = loadConfiguration({ file: shipped, environment });
    expect(configuration).toMatchObject({ name: 'true', results: { org: '0042' } });
  });
});
