import * as z from 'zod';
import { duration, section, shown, whole } from './fields.ts';
import { refuse } from './rule.ts';

/** Lambda ends every invocation after 15 minutes. */
const LONGEST_STAY_SECONDS = 900;

/** When metrics are scored, and how far back a tick looks. */
export const scheduleSchema = section({
  interval: duration('How often a tick runs: whole minutes, as EventBridge requires', {
    minimum: '1m',
    maximum: '1d',
  }).prefault('1m'),
  step: duration('The resolution of the samples; it divides the interval', {
    minimum: '1s',
    maximum: '1d',
  }).optional(),
  evaluationDelay: duration('How long to wait for samples to arrive before they are scored', {
    maximum: '1h',
  }).prefault('30s'),
  maximumLateness: duration(
    'How much later than that the samples of a whole metric may come: their steps wait so long, at least one step and at most half of maximumCatchUp',
    { maximum: '6h' },
  ).prefault('5m'),
  maximumCatchUp: duration(
    'How far back a tick catches up after missed ones; older steps are recorded as a gap',
    {
      minimum: '2m',
      maximum: '7d',
    },
  ).prefault('1h'),
  warmUp: duration('How much history a new series replays before its first verdict; 0s is none', {
    maximum: '90d',
  }).prefault('14d'),
  shards: whole('The number of invocations that the metrics are spread over.', 1, 100).default(1),
  latency: z
    .enum(['normal', 'low'])
    .default('normal')
    .describe(
      'low: an invocation runs for the whole interval, at most 15m, and scores samples as they arrive.',
    ),
})
  .transform((schedule) => ({
    ...schedule,
    stepSeconds: schedule.stepSeconds ?? Math.min(60, schedule.intervalSeconds),
  }))
  .superRefine(({ intervalSeconds, stepSeconds, maximumCatchUpSeconds, latency }, context) => {
    const interval = shown(intervalSeconds);
    if (intervalSeconds % 60 !== 0) {
      refuse(context, {
        path: ['interval'],
        message: `is ${interval}, not whole minutes`,
        allowed: 'whole minutes: 1m, 5m, 1h',
        suggestion: 'for a finer resolution keep interval: 1m and set step (5s, 10s) with latency: low',
      });
    } else if (stepSeconds > intervalSeconds) {
      refuse(context, {
        path: ['step'],
        message: `is ${shown(stepSeconds)}, longer than the interval of ${interval}`,
        allowed: 'step <= interval',
        suggestion: `set interval: ${shown(stepSeconds)}, or a step of at most ${interval}`,
      });
    } else if (intervalSeconds % stepSeconds !== 0) {
      refuse(context, {
        path: ['step'],
        message: `is ${shown(stepSeconds)}, which does not divide the interval of ${interval}`,
        allowed: `a divisor of ${interval}`,
        suggestion: `write ${shown(nearestDivisor(intervalSeconds, stepSeconds))}`,
      });
    }
    if (latency === 'low' && intervalSeconds > LONGEST_STAY_SECONDS) {
      refuse(context, {
        path: ['latency'],
        message: `is low, but no function can run for an interval of ${interval}`,
        allowed: 'low with an interval of at most 15m',
        suggestion: 'write interval: 1m, or latency: normal',
      });
    }
    if (maximumCatchUpSeconds <= intervalSeconds) {
      refuse(context, {
        path: ['maximumCatchUp'],
        message: `is ${shown(maximumCatchUpSeconds)}, not longer than the interval of ${interval}, so one missed tick would lose samples`,
        allowed: `more than ${interval}`,
        suggestion: `write ${shown(intervalSeconds * 10)}`,
      });
    }
  });

/** The whole seconds nearest to `wanted` that divide `total`. */
function nearestDivisor(total: number, wanted: number): number {
  let best = total;
  for (let divisor = 1; divisor <= total; divisor++) {
    if (total % divisor === 0 && Math.abs(divisor - wanted) < Math.abs(best - wanted)) best = divisor;
  }
  return best;
}
