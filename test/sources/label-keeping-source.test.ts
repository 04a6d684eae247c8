import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeTick } from '../../lib/compose/tick.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { SourceQueryError } from '../../lib/sources/errors.ts';
import { labelKeepingSource } from '../../lib/sources/label-keeping-source.ts';
import type { RangeResult, SeriesSource } from '../../lib/sources/series-source.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';

const query = { query: 'cpu', startSeconds: 0, endSeconds: 300, stepSeconds: 60 };
const source = labelKeepingSource(new SimulationSource(() => cpuScenario(1, 3)));

describe('the labels that a metric keeps', () => {
  it('are all of them when it names none', async () => {
    const { series } = await source.queryRange(query);
    expect(series.map(({ labels }) => labels)).toContainEqual({ instance: 'web-1', job: 'node' });
  });

  it('are those that it names', async () => {
    const { series } = await source.queryRange({ ...query, labels: ['instance', 'absent'] });
    expect(series.map(({ labels }) => labels)).toEqual([
      { instance: 'web-1' },
      { instance: 'api-1' },
      { instance: 'db-1' },
    ]);
    const [whole] = (await source.queryRange(query)).series;
    expect(series[0]?.samples).toEqual(whole?.samples);
  });

  it('must tell its series apart', async () => {
    const asked = source.queryRange({ ...query, labels: ['job'] });
    await expect(asked).rejects.toThrow(SourceQueryError);
    await expect(asked).rejects.toThrow(/both \{job="node"\}: keep instance too/);
  });

  it('make one series of those that follow each other, as a pod follows the one it replaces', async () => {
    const pod = (name: string, times: readonly number[]) => ({
      labels: { service: 'shop', pod: name },
      samples: { timesSeconds: Float64Array.from(times), values: Float64Array.from(times, (time) => -time) },
    });
    const inner: SeriesSource = {
      name: 'pods',
      isSimulated: false,
      queryRange: async () => ({ series: [pod('b', [180, 240]), pod('a', [0, 60])], warnings: [] }),
      check: async () => ({ service: 'pods', isUp: true, detail: '' }),
    };
    const { series } = await labelKeepingSource(inner).queryRange({ ...query, labels: ['service'] });
    expect(series).toEqual([
      {
        labels: { service: 'shop' },
        samples: {
          timesSeconds: Float64Array.of(0, 60, 180, 240),
          values: Float64Array.of(-0, -60, -180, -240),
        },
      },
    ]);
  });

  describe('while one pod is not gone yet and the next is there', () => {
    const pod = (labels: Record<string, string>, times: readonly number[]) => ({
      labels,
      samples: { timesSeconds: Float64Array.from(times), values: Float64Array.from(times) },
    });
    const overlapping = (...others: readonly ReturnType<typeof pod>[]): SeriesSource => ({
      name: 'pods',
      isSimulated: false,
      queryRange: async () => ({
        series: [
          pod({ app: 'shop', pod: 'old' }, [0, 60, 120, 180]),
          pod({ app: 'shop', pod: 'new' }, [120, 180, 240]),
          ...others,
        ],
        warnings: [],
      }),
      check: async () => ({ service: 'pods', isUp: true, detail: '' }),
    });
    const timesOf = (app: string, result: RangeResult) => [
      ...(result.series.find(({ labels }) => labels.app === app)?.samples.timesSeconds ?? []),
    ];

    it('give up the steps at which both have a sample, and no other', async () => {
      const result = await labelKeepingSource(overlapping()).queryRange({ ...query, labels: ['app'] });
      expect(timesOf('shop', result)).toEqual([0, 60, 240]);
      expect(result.refused).toMatchObject([{ startSeconds: 120, endSeconds: 180 }]);
      expect(result.notices).toEqual([expect.stringMatching(/both \{app="shop"\}: keep pod too/)]);
    });

    it('refuse no step that another series has', async () => {
      const source = labelKeepingSource(overlapping(pod({ app: 'web', pod: 'w' }, [0, 60, 120, 180, 240])));
      const result = await source.queryRange({ ...query, labels: ['app'] });
      expect([timesOf('shop', result), timesOf('web', result)]).toEqual([
        [0, 60, 240],
        [0, 60, 120, 180, 240],
      ]);
      expect(result.refused).toEqual([]);
    });
  });

  it('reach the records of a tick by the configuration, and a metric that loses too many fails alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-labels-'));
    const configuration = configurationSchema.parse({
      source: { kind: 'simulation', hosts: 2 },
      metrics: [
        { name: 'kept', labels: ['instance'] },
        { name: 'lost', labels: ['job'] },
      ],
      results: { kind: 'log' },
      alerts: { log: true },
      schedule: { warmUp: '0s' },
      models: { directory },
    });
    const written: object[] = [];
    const logger = { ...silentLogger, info: (_: string, fields?: object) => written.push(fields ?? {}) };
    const context = { logger, environment: {}, remainingMilliseconds: () => Infinity };
    await using tick = await composeTick(configuration, context);
    const { faults } = await tick.collectAndDetect(0, 1_700_000_040);
    expect(faults).toMatchObject([{ metric: 'lost', reason: expect.stringContaining('keep instance too') }]);
    const labels = written.flatMap((fields) => ('labels' in fields ? [fields.labels] : []));
    expect(labels).toContainEqual({ instance: 'web-1' });
    expect(JSON.stringify(labels)).not.toContain('job');
    await rm(directory, { recursive: true });
  });
});
