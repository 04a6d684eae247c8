import { describe, expect, it } from 'vitest';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { SimulatedTrainingError } from '../../../lib/pipeline/training/errors.ts';
import { LineProtocolEncoder } from '../../../lib/results/influxdb/line-protocol.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import type { RangeQuery } from '../../../lib/sources/series-source.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { RecordedResults } from '../tick/recorded-results.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';

const HOURS_OF_DAY = (timeSeconds: number) => ((timeSeconds % DAY) / DAY) * 2 * Math.PI;
const rhythm = (host: string, time: number) =>
  50 + 10 * Math.cos(HOURS_OF_DAY(time)) + normalAt(host.length, Math.floor(time / 300));

const sound = () => new FunctionSource(['a', 'bb'], (_, host, time) => rhythm(host, time));

describe('training', () => {
  it('gives every series its first model, promoted as one version', async () => {
    const { objects } = temporaryObjects();
    const metrics = await trainOnce(objects, sound(), midnight);
    expect(metrics[0]).toMatchObject({ metric: 'cpu_usage', status: 'promoted' });
    const store = new ModelStore(objects);
    const champion = (await store.champions()).champions.get('cpu_usage');
    expect(champion?.version).toBe(metrics[0]?.version);
    const loaded = await store.loadChampion('cpu_usage', champion!);
    expect(loaded?.set.series.map(({ key }) => key)).toEqual(['{host="a"}', '{host="bb"}']);
    for (const { decision, fitted, quality } of loaded?.set.series ?? []) {
      expect(decision.outcome).toBe('promoted');
      expect(decision.reasons[0]).toContain('the first model of this series');
      expect(decision.candidate?.coverage).toBeGreaterThan(0.85);
      expect(fitted?.skill).toBeGreaterThan(0.5);
      expect(quality.completeness).toBe(1);
    }
  });

  it('asks for the history of a model and of its rehearsal, every step once', async () => {
    const { objects } = temporaryObjects();
    const source = sound();
    await trainOnce(objects, source, midnight + 77);
    const first = source.queries[0];
    const last = source.queries.at(-1);
    expect(first?.startSeconds).toBe(midnight - 15 * DAY);
    expect(last?.endSeconds).toBe(midnight - 300);
    for (const query of source.queries)
      expect((query.endSeconds - query.startSeconds) / 300 + 1).toBeLessThanOrEqual(2000);
  });

  describe('with history that the source refuses in part', () => {
    const refusing = (error: Error, from: number, to: number) =>
      new (class extends FunctionSource {
        override async queryRange(query: RangeQuery) {
          if (query.startSeconds <= to && query.endSeconds >= from) throw error;
          return super.queryRange(query);
        }
      })(['a'], (_, host, time) => rhythm(host, time));
    const overlap = midnight - 3 * DAY;

    it('leaves out the steps that are refused, says so, and goes on', async () => {
      const { objects } = temporaryObjects();
      const error = new SourceQueryError('many-to-many', { isOfSteps: true });
      const source = refusing(error, overlap, overlap + 600);
      const [trained] = await trainOnce(objects, source, midnight);
      expect(trained).toMatchObject({ status: 'promoted' });
      expect(trained?.warnings).toEqual([
        expect.stringMatching(
          /^The steps from 2026-02-27T00:00:00.000Z to 2026-02-27T00:10:00.000Z are given up/,
        ),
      ]);
    });

    it('leaves out a piece that a store does not give, says so, and goes on', async () => {
      const { objects } = temporaryObjects();
      const source = refusing(new SourceUnavailableError('store-0 is away'), overlap, overlap + 600);
      const [trained] = await trainOnce(objects, source, midnight);
      expect(trained).toMatchObject({ status: 'promoted' });
      expect(trained?.warnings).toEqual([expect.stringContaining('store-0 is away')]);
    });

    it.each([
      ['is away', new SourceUnavailableError('no route')],
      ['refuses every step', new SourceQueryError('many-to-many', { isOfSteps: true })],
      ['does not know the query', new SourceQueryError('parse error')],
    ])('fails when the source %s', async (_, error) => {
      const { objects } = temporaryObjects();
      const [trained] = await trainOnce(objects, refusing(error, 0, Infinity), midnight);
      expect(trained).toMatchObject({ status: 'failed', reason: error.message });
    });
  });

  it('gives the same version when it is repeated after it was ended before the promotion', async () => {
    const { objects } = temporaryObjects();
    const store = new ModelStore(objects);
    const killed = Object.assign(Object.create(store) as ModelStore, {
      champions: () => store.champions(),
      save: (...models: Parameters<ModelStore['save']>) => store.save(...models),
      promote: () => Promise.reject(new Error('the process was ended')),
    });
    const first = await trainOnce(objects, sound(), midnight, undefined, { models: killed });
    expect(first[0]).toMatchObject({ status: 'failed', reason: 'the process was ended' });
    const [left] = await store.versions('cpu_usage');
    const again = await trainOnce(objects, sound(), midnight);
    expect(again[0]).toMatchObject({ status: 'promoted', version: left });
    expect(await store.versions('cpu_usage')).toHaveLength(1);
  });

  it('ends in one champion when two run at once, and the other one says so', async () => {
    const { objects } = temporaryObjects();
    const runs = await Promise.all([
      trainOnce(objects, sound(), midnight),
      trainOnce(objects, sound(), midnight + 300),
    ]);
    const outcomes = runs.map(([first]) => first);
    expect(outcomes.map((outcome) => outcome?.status).sort()).toEqual(['kept', 'promoted']);
    expect(outcomes.find((outcome) => outcome?.status === 'kept')?.reason).toContain('rollback changed it');
    const { champions } = await new ModelStore(objects).champions();
    const winner = outcomes.find((outcome) => outcome?.status === 'promoted');
    expect(champions.get('cpu_usage')?.version).toBe(winner?.version);
  });

  it('reports a metric that fails and trains the others', async () => {
    const { objects } = temporaryObjects();
    const source = new FunctionSource(['a'], (query, host, time) => {
      if (query === 'broken') throw new Error('parse error: unexpected end of input');
      return query === 'empty' ? undefined : rhythm(host, time);
    });
    const names = ['broken', 'cpu_usage', 'empty'];
    const run = await trainOnce(
      objects,
      source,
      midnight,
      names.map((name) => metric({}, name)),
    );
    expect(run.map(({ metric: name, status }) => [name, status])).toEqual([
      ['broken', 'failed'],
      ['cpu_usage', 'promoted'],
      ['empty', 'failed'],
    ]);
    expect(run[0]?.reason).toContain('unexpected end of input');
    expect(run[2]?.reason).toContain('no series');
  });

  it('fails a metric with more series than it may have, before they are all read', async () => {
    const { objects } = temporaryObjects();
    const limited = { ...metric(), maximumSeries: 1 };
    const source = sound();
    const metrics = await trainOnce(objects, source, midnight, [limited]);
    expect(metrics[0]).toMatchObject({ status: 'failed' });
    expect(metrics[0]?.reason).toContain('2 series, the limit is 1');
    expect(source.queries).toHaveLength(1);
  });

  it('reports bad series one by one and trains the others', async () => {
    const { objects } = temporaryObjects();
    const source = new FunctionSource(['sound', 'new', 'nan', 'flat', 'huge', 'gappy'], (_, host, time) => {
      switch (host) {
        case 'new':
          return time > midnight - 6 * 3600 ? 5 : undefined;
        case 'nan':
          return Number.NaN;
        case 'flat':
          return 7;
        case 'huge':
          return time % 600 === 0 ? 1e308 : -1e308;
        case 'gappy':
          return time % 3600 < 1500 ? rhythm(host, time) : undefined;
        default:
          return rhythm(host, time);
      }
    });
    const metrics = await trainOnce(objects, source, midnight);
    const outcomes = Object.fromEntries(
      (metrics[0]?.series ?? []).map(({ labels, decision }) => [labels.host, decision.outcome]),
    );
    expect(outcomes).toEqual({
      sound: 'promoted',
      new: 'too-little-history',
      nan: 'too-little-history',
      flat: 'promoted',
      huge: 'refused',
      gappy: 'promoted',
    });
    for (const { decision } of metrics[0]?.series ?? []) expect(decision.reasons.join('')).not.toBe('');
    const young = metrics[0]?.series.find(({ labels }) => labels.host === 'new');
    expect(young?.decision.reasons).toContain(
      '5h50m of history, at least 2d required: the detector uses its own baseline',
    );
    expect(young?.fitted).toBeUndefined();
  });

  it('learns nothing from windows that the configuration excludes', async () => {
    const outage = { fromSeconds: midnight - 5 * DAY, toSeconds: midnight - 4 * DAY };
    const disturbed = new FunctionSource(['a'], (_, host, time) =>
      time >= outage.fromSeconds && time < outage.toSeconds ? 900 : rhythm(host, time),
    );
    const missing = new FunctionSource(['a'], (_, host, time) =>
      time >= outage.fromSeconds && time < outage.toSeconds ? undefined : rhythm(host, time),
    );
    const exclude = [outage];
    const [excluded, absent, taught] = await Promise.all([
      trainOnce(temporaryObjects().objects, disturbed, midnight, [metric({ exclude })]),
      trainOnce(temporaryObjects().objects, missing, midnight, [metric()]),
      trainOnce(temporaryObjects().objects, disturbed, midnight, [metric()]),
    ]);
    const modelOf = ([trained]: typeof excluded) => trained?.series[0]?.fitted;
    expect(modelOf(excluded)).toEqual(modelOf(absent));
    expect(modelOf(taught)).not.toEqual(modelOf(absent));
  });

  it('never learns from invented samples unless the simulation is the configured source', async () => {
    const { objects } = temporaryObjects();
    const invented = Object.assign(sound(), { isSimulated: true });
    await expect(trainOnce(objects, invented, midnight)).rejects.toThrow(SimulatedTrainingError);
    expect(await objects.list('')).toEqual([]);
    const meant = await trainOnce(objects, invented, midnight, undefined, { allowSimulated: true });
    const version = meant[0]?.version ?? '';
    expect((await new ModelStore(objects).load('cpu_usage', version))?.isSimulated).toBe(true);
  });

  it('keeps as many versions as configured', async () => {
    const { objects } = temporaryObjects();
    for (let night = 0; night < 5; night += 1)
      await trainOnce(objects, sound(), midnight + night * DAY, [metric({ keepVersions: 3 })]);
    const store = new ModelStore(objects);
    const versions = await store.versions('cpu_usage');
    expect(versions).toHaveLength(3);
    const champion = (await store.champions()).champions.get('cpu_usage');
    expect([...(champion?.history ?? []), champion?.version].sort()).toEqual(versions);
  });

  it('changes nothing when the store goes away in between', async () => {
    const { objects } = temporaryObjects();
    await trainOnce(objects, sound(), midnight);
    const before = await objects.get('models/champions.json');
    const away: ObjectStore = Object.assign(Object.create(objects) as ObjectStore, {
      get: (key: string) => objects.get(key),
      put: () => Promise.reject(new Error('503 slow down')),
    });
    const metrics = await trainOnce(away, sound(), midnight + DAY);
    expect(metrics[0]).toMatchObject({ status: 'failed', reason: '503 slow down' });
    expect(await objects.get('models/champions.json')).toEqual(before);
  });

  it('records what it led to, as one line for each metric, the same when it is repeated', async () => {
    const { objects } = temporaryObjects();
    const source = new FunctionSource(['a', 'young'], (query, host, time) => {
      if (query === 'broken') throw new Error('no such "metric"');
      return host === 'a' || time > midnight - 3600 ? rhythm(host, time) : undefined;
    });
    const metrics = [metric(), metric({}, 'broken')];
    const results = new RecordedResults();
    await trainOnce(objects, source, midnight, metrics, { results });
    const [first = '', failed] = new LineProtocolEncoder().encode(results.records);
    expect(first).toMatch(
      /^training,metric=cpu_usage status="promoted",version="20260302T000000Z-[0-9a-f]{8}",reason="(?:[^"\\]|\\.)+",series=2,/,
    );
    expect(first).toMatch(/promoted=1,kept=0,refused=0,tooLittleHistory=1,/);
    expect(first).toMatch(
      /medianCoverage=(?:0\.[89]\d*|1),medianErrorToSeasonalNaive=[\d.]+,meanFalseAlertsPerWeek=\d+ 1772409600$/,
    );
    expect(failed).toBe('training,metric=broken status="failed",reason="no such \\"metric\\"" 1772409600');
    const again = new RecordedResults();
    await trainOnce(temporaryObjects().objects, source, midnight, metrics, { results: again });
    expect(again.records).toEqual(results.records);
  });

  it('trains all the same when it can not be recorded', async () => {
    const { objects } = temporaryObjects();
    const results = Object.assign(new RecordedResults(), {
      write: () => Promise.reject(new Error('InfluxDB is away')),
    });
    const metrics = await trainOnce(objects, sound(), midnight, undefined, { results });
    expect(metrics[0]?.status).toBe('promoted');
  });
});
