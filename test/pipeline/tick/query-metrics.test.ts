import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { queryMetrics } from '../../../lib/pipeline/tick/query-metrics.ts';
import {
  emptyShardState,
  type MetricMemory,
  type ShardState,
} from '../../../lib/pipeline/watch/shard-state.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { SourceQueryError, SourceTimeoutError } from '../../../lib/sources/errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../../../lib/sources/series-source.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { metricNamed, minute } from './tick-fixture.ts';

const metric = metricNamed('load', ewmaChart, { maximumCatchUpSeconds: 3600 });

/** A series with a sample at each step up to a moment. */
const until = (query: RangeQuery, lastSeconds: number, valueAt = (time: number) => time): RangeResult => {
  const times: number[] = [];
  for (
    let time = query.startSeconds;
    time <= Math.min(query.endSeconds, lastSeconds);
    time += query.stepSeconds
  )
    times.push(time);
  const samples = { timesSeconds: Float64Array.from(times), values: Float64Array.from(times, valueAt) };
  return { series: times.length === 0 ? [] : [{ labels: {}, samples }], warnings: [] };
};

function sourceOf(answer: (query: RangeQuery) => RangeResult, name = 'test') {
  const asked: RangeQuery[] = [];
  const noticed: string[] = [];
  const source: SeriesSource = {
    name,
    isSimulated: false,
    queryRange: async (query) => {
      asked.push(query);
      return answer(query);
    },
    noticed: (notice) => noticed.push(notice),
    check: async () => ({ service: name, isUp: true, detail: '' }),
  };
  return { asked, noticed, source };
}

/** Scored up to a moment. */
function stateAt(watermarkSeconds: number): ShardState {
  const memory: MetricMemory = {
    detector: metric.monitor.detector.name,
    stepSeconds: metric.monitor.stepSeconds,
    watermarkSeconds,
    series: new Map(),
    movingFrom: undefined,
    openIncidents: new Map(),
  };
  return { ...emptyShardState(), metrics: new Map([[metric.name, memory]]) };
}

const query = (
  source: SeriesSource,
  timeSeconds: number,
  state: ShardState = stateAt(timeSeconds - 60),
  metrics: readonly WatchedMetric[] = [metric],
  ownSeconds = 0,
) =>
  queryMetrics(source, metrics, state, { timeSeconds, queryConcurrency: 2 }, silentLogger, {
    ownSeconds: () => ownSeconds,
  });

describe('steps that the source refuses', () => {
  const refused = new Set([minute(3), minute(4), minute(5)]);
  const { source } = sourceOf((asked) => {
    for (let time = asked.startSeconds; time <= asked.endSeconds; time += 60)
      if (refused.has(time)) throw new SourceQueryError('many-to-many', { isOfSteps: true });
    return until(asked, Infinity);
  });

  it('are asked for again as long as nothing behind them is answered', async () => {
    const [only, ...others] = await query(source, minute(4), stateAt(minute(2)));
    expect([only, others]).toMatchObject([{ fault: 'many-to-many' }, []]);
  });

  it('let what lies before them be scored', async () => {
    const answers = await query(source, minute(4), stateAt(minute(0)));
    expect(answers.map(({ window }) => window)).toEqual([
      { startSeconds: minute(1), endSeconds: minute(2), skippedSeconds: 0 },
    ]);
  });

  it('are given up alone once a later step is answered, with a warning', async () => {
    const answers = await query(source, minute(7), stateAt(minute(1)));
    expect(answers.map(({ window }) => window)).toEqual([
      { startSeconds: minute(2), endSeconds: minute(2), skippedSeconds: 0 },
      { startSeconds: minute(6), endSeconds: minute(7), skippedSeconds: 180 },
    ]);
    const warnings = answers.flatMap((answer) => ('result' in answer ? answer.result.warnings : []));
    expect(warnings).toEqual([expect.stringMatching(/given up, the source refuses them: many-to-many/)]);
  });
});

describe('a metric whose query takes too long', () => {
  it('is asked for half as many steps the next time, the oldest first, and behind the others', async () => {
    const slow = metricNamed('slow', ewmaChart, { maximumCatchUpSeconds: 3600 });
    const { source, asked } = sourceOf((one) => {
      if (one.query === 'slow' && one.endSeconds - one.startSeconds > 600)
        throw new SourceTimeoutError('slow');
      return until(one, Infinity);
    });
    const both = [slow, metric];
    const state = emptyShardState();
    expect(await query(source, minute(60), state, both)).toMatchObject([{ fault: 'slow' }, {}]);
    asked.splice(0);
    await query(source, minute(61), state, both);
    expect(asked.map((one) => [one.query, (one.endSeconds - one.startSeconds) / 60 + 1])).toEqual([
      ['load', 60],
      ['slow', 30],
    ]);
  });

  it('is asked for all that is due again once it is answered at once, also by a refusal', async () => {
    let isSlow = true;
    const { source } = sourceOf((asked) => {
      if (isSlow) throw new SourceTimeoutError('slow');
      if (asked.startSeconds <= minute(3)) throw new SourceQueryError('many-to-many', { isOfSteps: true });
      return until(asked, Infinity);
    });
    for (const count of [4, 5, 6]) await query(source, minute(count), stateAt(minute(1)));
    isSlow = false;
    expect(await query(source, minute(7), stateAt(minute(1)))).toMatchObject([{ fault: 'many-to-many' }]);
    expect(await query(source, minute(8), stateAt(minute(1)))).toMatchObject([
      { window: { startSeconds: minute(4), endSeconds: minute(8) } },
    ]);
  });
});

describe("the source's clock", () => {
  const behind = (seconds: number, tick: () => number) =>
    sourceOf((asked) => ({ ...until(asked, Infinity), clockSeconds: tick() - seconds }));

  it.each([32, 600, 5000])(
    'that is %i s behind is named, and what has happened is scored from the first tick on',
    async (seconds) => {
      let now = minute(0);
      const { source, noticed } = behind(seconds, () => now);
      const state = emptyShardState();
      for (let count = 0; count < 5; count += 1) {
        now = minute(count);
        const [only] = await query(source, now, state);
        const newest = Math.floor((now - seconds + 1) / 60) * 60;
        expect(only?.window.endSeconds).toBe(newest + (minute(0) % 60));
        state.metrics.set(metric.name, stateAt(only!.window.endSeconds).metrics.get(metric.name)!);
        expect(noticed.at(-1)).toContain(`clock of the source is ${seconds} s behind`);
      }
    },
  );

  it('that stands still is not believed after a few ticks', async () => {
    const { source, noticed } = sourceOf((asked) => ({
      ...until(asked, Infinity),
      clockSeconds: minute(0) - 600,
    }));
    const state = stateAt(minute(-20));
    const ends: (number | undefined)[] = [];
    for (const count of [0, 1, 2, 3]) {
      const [only] = await query(source, minute(count), state);
      ends.push(only?.window.endSeconds);
    }
    expect(ends.slice(2)).toEqual([minute(2), minute(3)]);
    expect(noticed.at(-1)).toContain('stands still, 780 s behind, and is not believed');
  });

  it('that stands still is not believed in a new process either, when its own clock agrees with the tick', async () => {
    const { source } = sourceOf((asked) => ({ ...until(asked, Infinity), clockSeconds: minute(0) - 1200 }));
    const [only] = await query(source, minute(0), stateAt(minute(-20)), [metric], minute(0) + 2);
    expect(only?.window.endSeconds).toBe(minute(0));
  });

  it('that is ahead is named when the tick is for the present', async () => {
    const { source, noticed } = behind(-90, () => minute(0));
    await query(source, minute(0), stateAt(minute(-1)), [metric], minute(0) + 1);
    expect(noticed).toEqual([expect.stringContaining('89 s ahead')]);
  });

  it('holds a tick back whose own time is far ahead', async () => {
    const { source } = sourceOf((asked) => ({ ...until(asked, Infinity), clockSeconds: minute(0) }));
    expect(await query(source, minute(0) + 86_400, stateAt(minute(0)))).toEqual([]);
  });
});

describe('samples that come later than the delay', () => {
  it.each([90, 150, 300])(
    'by %i s are scored as they come, and it is said by how much they are late',
    async (lateSeconds) => {
      let now = 0;
      const { source, noticed } = sourceOf((asked) => until(asked, now - lateSeconds));
      const state = stateAt(minute(-10));
      let scored = minute(-10);
      for (let count = 0; count < 30; count += 1) {
        now = minute(count);
        for (const { window } of await query(source, now, state)) {
          expect(window.startSeconds).toBe(scored + 60);
          expect(window.endSeconds).toBeLessThanOrEqual(now - lateSeconds);
          scored = window.endSeconds;
        }
        state.metrics.get(metric.name)!.watermarkSeconds = scored;
      }
      expect(now - scored).toBeLessThan(lateSeconds + 60);
      expect(noticed.at(-1)).toMatch(/samples come \d+ s later than schedule\.evaluationDelay/);
    },
  );

  it('are waited for five minutes, and then their steps are scored without them', async () => {
    const { source } = sourceOf((asked) => until(asked, minute(0)));
    const [only] = await query(source, minute(10), stateAt(minute(0)));
    expect(only?.window).toMatchObject({ startSeconds: minute(1), endSeconds: minute(5) });
  });

  it.each([
    [600, 0],
    [120, 8],
    // At least one step.
    [0, 9],
  ])('are waited for as long as is configured: %i s', async (maximumLatenessSeconds, scoredMinutes) => {
    const { source } = sourceOf((asked) => until(asked, minute(0)));
    const patient = { ...metric, maximumLatenessSeconds };
    const answers = await queryMetrics(
      source,
      [patient],
      stateAt(minute(0)),
      { timeSeconds: minute(10), queryConcurrency: 1 },
      silentLogger,
    );
    expect(answers.map(({ window }) => window.endSeconds)).toEqual(
      scoredMinutes === 0 ? [] : [minute(scoredMinutes)],
    );
  });

  it('are waited for also when the source refuses the newest steps', async () => {
    const { source } = sourceOf((asked) => {
      if (asked.endSeconds >= minute(5)) throw new SourceQueryError('many-to-many', { isOfSteps: true });
      return until(asked, minute(2));
    });
    const [only] = await query(source, minute(6), stateAt(minute(0)));
    expect(only?.window).toMatchObject({ startSeconds: minute(1), endSeconds: minute(2) });
  });

  it('do not hold back a metric of which one series goes on', async () => {
    const { source } = sourceOf((asked) => ({
      series: [
        ...until(asked, minute(0)).series,
        { labels: { host: 'b' }, samples: until(asked, Infinity).series[0]!.samples },
      ],
      warnings: [],
    }));
    const [only] = await query(source, minute(3), stateAt(minute(-1)));
    expect(only?.window.endSeconds).toBe(minute(3));
  });
});

describe('a source that fills steps that it does not have yet', () => {
  const noise = (time: number) => Math.sin(time * 12.9898) * 43_758.5453;
  const filling = (offset: () => number) =>
    sourceOf((asked) => until(asked, Infinity, (time) => noise(Math.min(time, offset()))), 'prometheus');

  it('is recognised by its newest steps, which are not scored until they are there', async () => {
    const { source, noticed } = filling(() => minute(-2));
    const [only] = await query(source, minute(0), emptyShardState());
    expect(only?.window.endSeconds).toBe(minute(-2));
    expect(noticed).toEqual([expect.stringContaining('fills its newest 120 s')]);
    const [next] = await query(source, minute(1), stateAt(minute(-2)));
    expect(next?.window.endSeconds).toBe(minute(-1));
  });

  it('is recognised by one step, where several series never repeat a value', async () => {
    const twoSeries = (asked: RangeQuery) => {
      const { series } = until(asked, Infinity, (time) => noise(Math.min(time, minute(-1))));
      return {
        series: ['a', 'b'].flatMap((host) => series.map((one) => ({ ...one, labels: { host } }))),
        warnings: [],
      };
    };
    const { source, noticed } = sourceOf(twoSeries, 'prometheus');
    const [only] = await query(source, minute(0), emptyShardState());
    expect(only?.window.endSeconds).toBe(minute(-1));
    expect(noticed).toEqual([expect.stringContaining('fills its newest 60 s')]);
  });

  it('is not seen where the clock of the source is behind, which repeats its last sample up to the present', async () => {
    const { source, noticed } = sourceOf(
      (asked) => ({
        ...until(asked, Infinity, (time) => noise(Math.min(time, minute(-3)))),
        clockSeconds: minute(-3),
      }),
      'prometheus',
    );
    const [only] = await query(source, minute(0), emptyShardState());
    expect(only?.window.endSeconds).toBe(minute(-3));
    expect(noticed).toEqual([expect.stringContaining('clock of the source is 180 s behind')]);
  });

  it('is not seen in one series whose newest value is that before it', async () => {
    const { source } = sourceOf(
      (asked) => until(asked, Infinity, (time) => noise(Math.min(time, minute(-1)))),
      'prometheus',
    );
    const [only] = await query(source, minute(0), emptyShardState());
    expect(only?.window.endSeconds).toBe(minute(0));
  });

  it('is not seen in series that move at every step, or hardly ever', async () => {
    for (const value of [noise, () => 7, (time: number) => Math.floor(time / 1800)]) {
      const { source } = sourceOf((asked) => until(asked, Infinity, value), 'prometheus');
      const [only] = await query(source, minute(0), emptyShardState());
      expect(only?.window.endSeconds).toBe(minute(0));
    }
  });
});
