import { normalAt } from '../../../lib/series/seeded-noise.ts';
import type { PastSeries } from '../../services/open-metrics.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const HISTORY_SECONDS = 4 * DAY + 6 * HOUR;
/** So long after its end the tests may still ask. */
const SPARE_SECONDS = 1800;
/** Standard deviation of the noise. */
export const HISTORY_NOISE = 2;

/** Two hosts with a rhythm of the day that spans 80, and noise: a sample a minute over the days before `endSeconds`. */
export function* dailyHistory(
  name: string,
  endSeconds: number,
  historySeconds = HISTORY_SECONDS,
): Generator<PastSeries> {
  const end = Math.ceil(endSeconds / 60) * 60 + SPARE_SECONDS;
  for (const host of ['a', 'b']) {
    const samples: [number, number][] = [];
    for (let time = end - historySeconds; time <= end; time += 60) {
      const angle = ((time % DAY) / DAY) * 2 * Math.PI;
      samples.push([
        time,
        100 + 40 * Math.cos(angle) + HISTORY_NOISE * normalAt(name.length + host.charCodeAt(0), time / 60),
      ]);
    }
    yield { name, labels: { job: 'demo', host }, samples };
  }
}
