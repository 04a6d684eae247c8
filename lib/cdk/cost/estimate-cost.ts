import type { Configuration } from '../../config/schema.ts';
import { type MonthlyCost, monthlyCost } from './monthly-cost.ts';

/** What the stack of the shipped configuration holds; a test counts it. */
export const DEPLOYED_THINGS = { stateVersionDays: 2, alarms: 20, secrets: 1, keys: 1 } as const;
/** Measurements of a tick in which nothing goes wrong. Each is a custom metric of CloudWatch. */
const CUSTOM_METRICS = 8;
/** Measured by `npm run bench -- profiles`, on a whole processor; docs/profiles.md has the figures. */
const TICK_MILLISECONDS_PER_SERIES = 0.034;
const FIT_MILLISECONDS_PER_SERIES = 17;
const STATE_BYTES_PER_SERIES = 3200;
/** Rehearsal and final fit of a night. */
const FITS_PER_SERIES = 2;

/**
 * What a deployment of this configuration costs a month, at list prices and without the servers that are the user's own.
 *
 * @param seriesCount series of all metrics.
 */
export function estimateCost(
  { schedule, functions, telemetry }: Pick<Configuration, 'schedule' | 'functions' | 'telemetry'>,
  seriesCount: number,
): MonthlyCost {
  const { shards } = schedule;
  const ofAShard = monthlyCost({
    ...DEPLOYED_THINGS,
    customMetrics: CUSTOM_METRICS,
    intervalSeconds: schedule.intervalSeconds,
    stepSeconds: schedule.stepSeconds,
    isStaying: schedule.latency === 'low',
    memoryMegabytes: functions.collectAndDetect.memoryMegabytes,
    tickMilliseconds: (TICK_MILLISECONDS_PER_SERIES * seriesCount) / shards,
    stateBytes: (STATE_BYTES_PER_SERIES * seriesCount) / shards,
    logsEachTick: telemetry.logLevel === 'debug' || telemetry.logLevel === 'info',
    trainingSeconds: (FITS_PER_SERIES * FIT_MILLISECONDS_PER_SERIES * seriesCount) / shards / 1000,
    trainingMegabytes: functions.retrain.memoryMegabytes,
  });
  if (shards === 1) return ofAShard;
  // Alarms, metrics and keys are there once; what a tick and a night cost is spent by each shard.
  const { metrics, alarms, secretsAndKeys, total, totalAfterFreeTier: _, ...ofATick } = ofAShard;
  const fixed = metrics + alarms + secretsAndKeys;
  const scaled = Object.fromEntries(
    Object.entries(ofATick).map(([name, dollars]) => [name, dollars * shards]),
  );
  const all = fixed + (total - fixed) * shards;
  return { ...ofAShard, ...scaled, total: all, totalAfterFreeTier: all };
}
