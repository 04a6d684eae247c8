import { normalAt } from '../../lib/series/seeded-noise.ts';
import type { PastSeries } from '../services/open-metrics.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;
const DAYS = 14;
/** As often as the queries need it: a rate over half a minute wants two samples in it. */
const SAMPLE_SECONDS = 15;
const GIBIBYTE = 2 ** 30;

/** Two processors are enough for an average, and every machine that runs tests has them. */
const PROCESSORS = ['0', '1'];
const MODES = ['user', 'system', 'nice'] as const;

/**
 * Two weeks of what a node_exporter on this machine would have reported, with the labels of one that is scraped now: shares of
 * processor time with a daily rhythm, niced jobs for a minute every hour and for half an hour at night, load and memory.
 *
 * The machine was restarted between the last of these samples and the first live one, and counts from nothing again. The gap is
 * longer than the ranges of the queries, so no rate sees both counters.
 *
 * @param endSeconds the time of the last sample, Unix seconds.
 */
export function machineHistory(instance: string, endSeconds: number): PastSeries[] {
  const count = (DAYS * DAY_SECONDS) / SAMPLE_SECONDS;
  const times = Array.from(
    { length: count },
    (_, index) => endSeconds - (count - 1 - index) * SAMPLE_SECONDS,
  );
  const labels = { instance, job: 'node' };
  const gauge = (name: string, valueAt: (timeSeconds: number, index: number) => number): PastSeries => ({
    name,
    labels,
    samples: times.map((timeSeconds, index) => [timeSeconds, valueAt(timeSeconds, index)]),
  });
  const processors = PROCESSORS.flatMap((cpu) =>
    MODES.map((mode, seed) => ({
      name: 'node_cpu_seconds_total',
      labels: { ...labels, cpu, mode },
      samples: counted(times, (timeSeconds, index) => shareAt(mode, timeSeconds, noiseAt(seed, index))),
    })),
  );
  return [
    ...processors,
    gauge('node_load1', (timeSeconds, index) => 0.4 + 1.6 * dayShare(timeSeconds) + 0.3 * noiseAt(7, index)),
    gauge('node_memory_MemTotal_bytes', () => 16 * GIBIBYTE),
    gauge(
      'node_memory_MemAvailable_bytes',
      (timeSeconds, index) => (12 - 2 * dayShare(timeSeconds) + 0.2 * noiseAt(8, index)) * GIBIBYTE,
    ),
  ];
}

/** A counter of seconds, in hundredths as the kernel has them, that grows by a share of the time. */
function* counted(
  times: readonly number[],
  shareOf: (timeSeconds: number, index: number) => number,
): Generator<readonly [number, number]> {
  let seconds = 0;
  for (const [index, timeSeconds] of times.entries()) {
    seconds += SAMPLE_SECONDS * shareOf(timeSeconds, index);
    yield [timeSeconds, Math.round(seconds * 100) / 100];
  }
}

function shareAt(mode: (typeof MODES)[number], timeSeconds: number, noise: number): number {
  const day = dayShare(timeSeconds);
  if (mode === 'user') return 0.1 + 0.25 * day + 0.04 * noise;
  if (mode === 'system') return 0.03 + 0.06 * day + 0.01 * noise;
  const ofDay = timeSeconds % DAY_SECONDS;
  if (ofDay >= 2 * HOUR_SECONDS && ofDay < 2.5 * HOUR_SECONDS) return 0.12 + 0.02 * noise;
  return timeSeconds % HOUR_SECONDS < 60 ? 0.04 + 0.01 * noise : 0;
}

/** 0 at three in the morning, 1 at three in the afternoon. */
function dayShare(timeSeconds: number): number {
  return 0.5 - 0.5 * Math.cos((2 * Math.PI * (timeSeconds - 3 * HOUR_SECONDS)) / DAY_SECONDS);
}

/** Within two deviations, so that no share falls below nothing. */
function noiseAt(seed: number, index: number): number {
  return Math.max(-2, Math.min(2, normalAt(seed, index)));
}
