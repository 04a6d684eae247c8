import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../lib/config/load.ts';
import { presetNames, readPreset } from '../../lib/config/presets/preset-files.ts';
import type { KeptCandidate } from '../../lib/discovery/candidate.ts';
import { type ConfigurationWishes, configurationText } from '../../lib/discovery/configuration-text.ts';
import { presetCandidates } from '../../lib/discovery/preset-candidates.ts';
import type { Proposal } from '../../lib/discovery/propose.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-text-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const wishes: ConfigurationWishes = {
  source: { url: 'http://127.0.0.1:9090' },
  falseAlertsPerWeek: 0.5,
  file: 'config.yaml',
  nowSeconds: Date.UTC(2026, 2, 2) / 1000,
};

function kept(names: readonly (typeof presetNames)[number][], scrapeIntervalSeconds = 15): KeptCandidate[] {
  return names.flatMap((name) =>
    presetCandidates({ name, preset: readPreset(name), scrapeIntervalSeconds }, 1000).map((candidate) => ({
      candidate,
      seriesCount: 3,
      constantCount: 1,
    })),
  );
}

const described: KeptCandidate = {
  candidate: {
    ...kept(['redis'])[0]!.candidate,
    name: 'queue_depth',
    query: 'queue_depth',
    description: 'Depth in ${HOME}, # not a comment: "quoted"',
    why: '',
    unit: undefined,
    labels: undefined,
    detection: { direction: 'both', domain: {} },
    preset: undefined,
  },
  seriesCount: 2,
  constantCount: 0,
};

function load(proposal: Partial<Proposal>, more: Partial<ConfigurationWishes> = {}) {
  const text = configurationText({ kept: [], leftOut: [], untried: 0, ...proposal }, { ...wishes, ...more });
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return { text, ...loadConfiguration({ file, environment: {} }) };
}

describe('the configuration that init writes', () => {
  it('is valid with the metrics of all presets, each with the settings of its preset', () => {
    const { configuration } = load({ kept: kept(presetNames) });
    const metrics = presetNames.flatMap((name) => readPreset(name).metrics);
    expect(configuration.metrics).toHaveLength(metrics.length);
    for (const [index, metric] of metrics.entries()) {
      const written = configuration.metrics[index]!;
      expect(written.query).toBe(metric.query.trim());
      expect(written.detection).toMatchObject(metric.detection);
      expect([written.unit, written.labels]).toEqual([metric.unit, metric.labels]);
    }
  });

  it('writes results, models and alerts to this machine alone', () => {
    const { configuration } = load({ kept: kept(['redis']) });
    const { results, models, alerts } = configuration;
    expect([results.kind, models.kind]).toEqual(['ndjson', 'filesystem']);
    expect(alerts).toEqual({ log: true, silentTicks: 10 });
    expect(configuration.detection.falseAlertsPerWeek).toBe(0.5);
  });

  it('says in comments what each metric shows, its series, and what was left out and why', () => {
    const leftOut = {
      name: 'x\u001b[2J',
      query: 'x',
      preset: undefined,
      reason: 'constant',
      explanation: 'was 0',
    } as const;
    const { text } = load({ kept: kept(['redis']), leftOut: [leftOut], untried: 7 });
    expect(text).toContain('# --- Redis (redis_exporter), of the preset redis\n');
    expect(text).toContain(
      '# Work that stops, or a flood of it. 3 series, 1 of them constant on the last day.\n',
    );
    expect(text).toContain('# Left out:\n#   x\\u{1b}[2J was 0\n# 7 more metrics that no preset knows');
  });

  it('says where to find a metric of a preset that was left out', () => {
    const leftOut = {
      name: 'redis_evictions',
      query: '',
      preset: 'redis',
      reason: 'constant',
      explanation: 'was 0 for the whole last day',
    } as const;
    const { text } = load({ kept: kept(['redis']), leftOut: [leftOut] });
    expect(text).toContain('# into metrics: config/presets/redis.yaml');
  });

  it('takes the words of an exporter as they are: no variable, no comment, no other key', () => {
    const { configuration, text } = load({ kept: [described] });
    expect(configuration.metrics[0]?.description).toBe(described.candidate.description);
    expect(text).toContain('# --- No preset knows these: they follow');
  });

  it('waits longer for targets that are scraped rarely', () => {
    expect(load({ kept: kept(['redis'], 60) }).text).not.toContain('staleAfter');
    const slow = load({ kept: kept(['redis'], 300) });
    expect(slow.configuration.source).toMatchObject({ staleAfterSeconds: 900 });
    expect(slow.text).toContain('scraped every 5m.');
  });

  it('spreads more series than a shard takes over several', () => {
    const many = kept(['redis']).map(({ candidate }) => ({
      candidate: { ...candidate, seriesLimit: 3000 },
      seriesCount: 2500,
      constantCount: 0,
    }));
    const { configuration } = load({ kept: many });
    expect(configuration.schedule.shards).toBe(3);
    expect(configuration.metrics.map(({ seriesLimit }) => seriesLimit)).toEqual(many.map(() => 3000));
  });

  it('refers to credentials by the names of variables', () => {
    const auth = { kind: 'bearer', token: { env: 'PROMETHEUS_TOKEN' } };
    const { configuration } = load({ kept: [described] }, { source: { ...wishes.source, auth } });
    expect(configuration.source).toMatchObject({ auth });
  });
});
