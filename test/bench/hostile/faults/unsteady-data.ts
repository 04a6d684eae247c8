import { seriesKey } from '../../../../lib/series/labels.ts';
import type { FaultKind } from '../fault.ts';
import { STEP_SECONDS } from '../healthy-background.ts';

const LOOKBACK_SECONDS = 300;
/** By answer: how much of it is filled. Of several such faults at once the largest counts. */
const filled = new WeakMap<object, number>();

/** Samples come late or not at all, and series replace each other. */
export const unsteadyData: readonly FaultKind[] = [
  {
    kind: 'late-metric',
    weight: 2,
    draw: (dice, span, background) => {
      const { name: metric } = dice.one(background.metrics);
      const seconds = dice.whole(40, 230);
      return {
        story: `samples of ${metric} come ${seconds} s late`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          for (const one of reply.series)
            one.values = one.values.filter(([time]) => time <= request.nowSeconds - seconds);
          reply.series = reply.series.filter(({ values }) => values.length > 0);
        },
        consequences: {
          delays: [
            { ...span, metrics: [metric], extraSeconds: seconds + STEP_SECONDS, lossAfterSeconds: Infinity },
          ],
        },
      };
    },
  },
  {
    kind: 'late-series',
    draw: (dice, { fromSeconds, untilSeconds }, background) => {
      const { name: metric, series } = dice.one(background.metrics);
      const { labels, key } = dice.one(series);
      const seconds = dice.whole(70, 200);
      return {
        story: `samples of ${key} of ${metric} come ${seconds} s late, those of the others do not`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          for (const one of reply.series)
            if (one.labels.instance === labels.instance)
              one.values = one.values.filter(([time]) => time <= request.nowSeconds - seconds);
          reply.series = reply.series.filter(({ values }) => values.length > 0);
        },
        consequences: {
          absent: [{ metric, key, fromSeconds: fromSeconds - 600, untilSeconds: untilSeconds + 600 }],
          touched: [{ metric, key, fromSeconds: fromSeconds - 600 }],
        },
      };
    },
  },
  {
    kind: 'filled-steps',
    weight: 0.4,
    mostTicks: Infinity,
    draw: (dice, span, background) => {
      const seconds = dice.whole(61, 170);
      return {
        story: `the newest ${seconds} s are filled with the value before them`,
        onQuery: (request, reply) => {
          if ((filled.get(reply) ?? 0) >= seconds) return;
          filled.set(reply, seconds);
          const newestSeconds = request.nowSeconds - seconds;
          const lastStep = Math.floor(newestSeconds / STEP_SECONDS) * STEP_SECONDS;
          const { series = [] } = background.metrics.find(({ name }) => name === request.metric) ?? {};
          for (const one of reply.series) {
            const origin = series.find(({ labels }) => labels.instance === one.labels.instance);
            const last = origin?.valueAt(lastStep);
            one.values = one.values.map(
              ([time, value]) => [time, time <= newestSeconds ? value : last] as const,
            );
          }
        },
        consequences: {
          delays: [{ ...span, metrics: 'all', extraSeconds: 240 }],
          touched: [{ metric: 'all', fromSeconds: span.fromSeconds - LOOKBACK_SECONDS }],
          // It is looked for every half an hour.
          untrue: [
            { fromSeconds: span.fromSeconds - LOOKBACK_SECONDS, untilSeconds: span.fromSeconds + 2400 },
          ],
        },
      };
    },
  },
  {
    kind: 'replaced-pods',
    weight: 2,
    mostTicks: Infinity,
    draw: (dice, { fromSeconds }, background) => {
      const { name: metric, series, kept } = dice.one(background.metrics);
      const { labels, key } = dice.one(series);
      const overlapSteps = dice.one([0, 0, 1, 2]);
      const overlapSeconds = overlapSteps * STEP_SECONDS;
      const pod = `${labels.pod}-new`;
      const isOneSeries = kept !== undefined;
      // Samples beside the grid overlap a step later.
      const overlap = { metric, key, fromSeconds, untilSeconds: fromSeconds + overlapSeconds + STEP_SECONDS };
      return {
        story: `the pod of ${key} of ${metric} is replaced, with ${overlapSteps} steps of both`,
        untilSeconds: Infinity,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          reply.series = reply.series.flatMap((one) => {
            if (one.labels.instance !== labels.instance) return [one];
            const before = one.values.filter(([time]) => time < fromSeconds + overlapSeconds);
            const after = one.values.filter(([time]) => time >= fromSeconds);
            return [
              ...(before.length > 0 ? [{ labels: one.labels, values: before }] : []),
              ...(after.length > 0 ? [{ labels: { ...one.labels, pod }, values: after }] : []),
            ];
          });
        },
        consequences: isOneSeries
          ? overlapSteps === 0
            ? {}
            : { absent: [overlap], touched: [{ metric, key, fromSeconds }] }
          : {
              absent: [{ metric, key, fromSeconds, untilSeconds: Infinity }],
              touched: [{ metric, key, fromSeconds }],
              additional: [{ metric, key: seriesKey({ ...labels, pod }) }],
            },
      };
    },
  },
];
