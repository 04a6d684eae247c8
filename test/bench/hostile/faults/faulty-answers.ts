import type { Dice } from '../dice.ts';
import type { FaultKind, RangeReply, RangeRequest } from '../fault.ts';
import { type Background, STEP_SECONDS } from '../healthy-background.ts';

const TRANSIENT = [
  'expanding series: rpc error: code = Unavailable desc = store gateway is gone',
  'proxy Series(): context deadline exceeded',
  'consistency check failed: some blocks were not queried: too many unhealthy store-gateways',
];
/** What a partial answer may lack until half of the catch-up of an hour is used up. */
const PARTIAL_SECONDS = 25 * 60;
/** More than the limit of a metric. */
const FLOOD_SERIES = 40;
const LARGE_BYTES = 1_200_000;

const metricOf = (dice: Dice, { metrics }: Background) => dice.one(metrics);

function refuse(reply: RangeReply, error: string): void {
  reply.status = 422;
  delete reply.headers['retry-after'];
  reply.body = JSON.stringify({ status: 'error', errorType: 'execution', error });
}

function delaysOf(span: { fromSeconds: number; untilSeconds: number }, ...metrics: string[]) {
  return { delays: [{ ...span, metrics }] };
}

function overlaps(
  { startSeconds, endSeconds }: RangeRequest,
  fromSeconds: number,
  lastSeconds: number,
): boolean {
  return startSeconds <= lastSeconds && endSeconds >= fromSeconds;
}

/** What the source says of its series is refused, wrong, or more than can be taken. */
export const faultyAnswers: readonly FaultKind[] = [
  {
    kind: 'refused-steps',
    weight: 3,
    mostTicks: 25,
    draw: (dice, { fromSeconds, untilSeconds }, background) => {
      const { name: metric } = metricOf(dice, background);
      const lastSeconds = untilSeconds - STEP_SECONDS;
      return {
        story: `a join of ${metric} has two partners, at the steps of this time for ever`,
        // It lies in the data: the steps are refused whenever they are asked for.
        untilSeconds: Infinity,
        onQuery: (request, reply) => {
          if (request.metric !== metric || !overlaps(request, fromSeconds, lastSeconds)) return;
          refuse(
            reply,
            'found duplicate series for the match group {instance="host-0"}: many-to-many matching not allowed',
          );
        },
        consequences: {
          ...delaysOf({ fromSeconds, untilSeconds: untilSeconds + 3 * STEP_SECONDS }, metric),
          refused: [{ metric, fromSeconds, untilSeconds }],
          touched: [{ metric, fromSeconds }],
        },
      };
    },
  },
  {
    kind: 'transient-refusals',
    draw: (dice, span, background) => {
      const { name: metric } = metricOf(dice, background);
      const error = dice.one(TRANSIENT);
      const share = dice.one([0.5, 1]);
      return {
        story: `${share * 100} % of the queries of ${metric} get 422 "${error}"`,
        onQuery: (request, reply) => {
          if (request.metric === metric && dice.happens(share)) refuse(reply, error);
        },
        consequences: delaysOf(span, metric),
      };
    },
  },
  {
    kind: 'unscorable-series-beside',
    weight: 2,
    draw: (dice, _, background) => {
      const { name: metric } = metricOf(dice, background);
      const how = dice.one(['histogram', 'label', 'value'] as const);
      return {
        story: `${metric} returns one more series that can't be scored (${how})`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          const values: [number, unknown][] = [[request.endSeconds, how === 'value' ? 'many' : '1']];
          const labels = { instance: how === 'label' ? 7 : 'odd', pod: 'odd' };
          if (how !== 'histogram') reply.series.unshift({ labels, values });
          else
            reply.series.unshift({ labels, values: [], histograms: [[request.endSeconds, { count: '1' }]] });
        },
        consequences: {},
      };
    },
  },
  {
    kind: 'series-becomes-unscorable',
    weight: 2,
    draw: (dice, { fromSeconds, untilSeconds }, background) => {
      const { name: metric, series } = metricOf(dice, background);
      const { labels, key } = dice.one(series);
      return {
        story: `${key} of ${metric} has values that are no numbers, at the steps of this time`,
        untilSeconds: Infinity,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          for (const one of reply.series) {
            if (one.labels.instance !== labels.instance) continue;
            one.values = one.values.map(([time, value]) => {
              // Of the step that a sample stands for, which it may lie before.
              const stepSeconds = Math.ceil(time / STEP_SECONDS) * STEP_SECONDS;
              return stepSeconds >= fromSeconds && stepSeconds < untilSeconds ? [time, 'n/a'] : [time, value];
            });
          }
        },
        consequences: {
          absent: [{ metric, key, fromSeconds, untilSeconds }],
          touched: [{ metric, key, fromSeconds }],
        },
      };
    },
  },
  {
    kind: 'infos',
    draw: (_, __, background) => ({
      story: 'every answer carries an info, and a warning now and then',
      onQuery: (_request, reply) => {
        reply.infos.push('PromQL info: metric might not be a counter, name does not end in _total');
        if (background.seed % 2 === 0) reply.warnings.push('a store was slow');
      },
      consequences: {},
    }),
  },
  {
    kind: 'partial-answers',
    mostTicks: 20,
    draw: (dice, span, background) => {
      const { name: metric, series } = metricOf(dice, background);
      const { labels, key } = dice.one(series);
      return {
        story: `answers of ${metric} lack ${key}, with a warning`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          reply.warnings.push('a store is away: the answer is partial');
          reply.series = reply.series.filter((one) => one.labels.instance !== labels.instance);
        },
        consequences: { delays: [{ ...span, metrics: [metric], lossAfterSeconds: PARTIAL_SECONDS }] },
      };
    },
  },
  {
    kind: 'garbage',
    weight: 2,
    draw: (dice, span, background) => {
      const { name: metric } = metricOf(dice, background);
      const share = dice.one([0.4, 1]);
      const isTorn = dice.happens(0.5);
      return {
        story: `${share * 100} % of the answers of ${metric} are ${isTorn ? 'cut short' : 'a login page'}`,
        onQuery: (request, reply) => {
          if (request.metric !== metric || !dice.happens(share)) return;
          reply.body = isTorn
            ? '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"host-0"},"val'
            : '<html><body>Please log in</body></html>';
        },
        consequences: delaysOf(span, metric),
      };
    },
  },
  {
    kind: 'samples-beside-the-grid',
    draw: (dice, _, background) => {
      const { name: metric } = metricOf(dice, background);
      const seconds = dice.whole(1, STEP_SECONDS - 1);
      return {
        story: `samples of ${metric} stand ${seconds} s before their steps`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          // What another such fault has moved stays: two together could reach the step before.
          for (const one of reply.series)
            one.values = one.values.map(([time, value]) =>
              time % STEP_SECONDS === 0 ? ([time - seconds, value] as const) : ([time, value] as const),
            );
        },
        consequences: {},
      };
    },
  },
  {
    kind: 'too-many-series',
    mostTicks: 20,
    draw: (dice, span, background) => {
      const { name: metric } = metricOf(dice, background);
      return {
        story: `${metric} returns ${FLOOD_SERIES} series more`,
        onQuery: (request, reply) => {
          if (request.metric !== metric) return;
          for (let index = 0; index < FLOOD_SERIES; index += 1)
            reply.series.push({
              labels: { instance: `flood-${index}` },
              values: [[request.endSeconds, '1']],
            });
        },
        // Series that become one by the labels that are kept are no more than one.
        consequences: delaysOf(span, metric),
      };
    },
  },
  {
    kind: 'answers-too-large',
    weight: 0.3,
    mostTicks: 6,
    draw: (dice, span, background) => {
      const { name: metric } = metricOf(dice, background);
      const padding = 'x'.repeat(LARGE_BYTES);
      return {
        story: `answers of ${metric} are larger than limits.responseMegabytes`,
        onQuery: (request, reply) => {
          if (request.metric === metric) reply.warnings.push(padding);
        },
        consequences: delaysOf(span, metric),
      };
    },
  },
];
