import { normalAt, uniformAt } from '../../../lib/series/seeded-noise.ts';
import type { Series } from '../../../lib/series/series.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../../../lib/sources/series-source.ts';

const DAY = 86_400;
const WEEK = 7 * DAY;

/** Unlike series, each with its own level, rhythm, trend and noise; every tenth has a level that shifts once. */
function valueAt(series: number, time: number): number {
  const trait = (kind: number) => uniformAt(1000 + kind, series);
  const level = 20 + 200 * trait(0);
  const daily = 0.3 * level * trait(1) * Math.cos(2 * Math.PI * ((time % DAY) / DAY - trait(2)));
  const sharp = (0.1 * level * trait(3) * Math.sin(6 * Math.PI * (time % DAY))) / DAY;
  const weekly = 0.1 * level * trait(4) * Math.cos(2 * Math.PI * ((time % WEEK) / WEEK - trait(5)));
  const trend = (0.02 * level * (trait(6) - 0.5) * (time % (60 * DAY))) / DAY;
  const shift = series % 10 === 3 && time % (28 * DAY) > 20 * DAY ? 0.2 * level : 0;
  const noise = 0.02 * level * (0.5 + trait(7)) * normalAt(series, Math.floor(time / 300));
  return level + daily + sharp + weekly + trend + shift + noise;
}

/** Every tenth series has gaps of its own: an hour of a day is missing. */
function isScraped(series: number, time: number): boolean {
  return Math.floor((time % DAY) / 3600) !== (series + Math.floor(time / DAY)) % 24;
}

/** Many series from memory; how long the answers took is counted, so that it can be told apart from the work on them. */
export class ManySeries implements SeriesSource {
  readonly name = 'bench';
  readonly isSimulated = false;
  milliseconds = 0;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async queryRange({ startSeconds, endSeconds, stepSeconds }: RangeQuery): Promise<RangeResult> {
    const started = performance.now();
    const steps = Math.floor((endSeconds - startSeconds) / stepSeconds) + 1;
    const all = Float64Array.from({ length: steps }, (_, step) => startSeconds + step * stepSeconds);
    const series = Array.from({ length: this.#count }, (_, index): Series => {
      const timesSeconds = index % 10 === 7 ? all.filter((time) => isScraped(index, time)) : all.slice();
      const labels = { instance: `host-${String(index).padStart(5, '0')}`, job: 'node' };
      return { labels, samples: { timesSeconds, values: timesSeconds.map((time) => valueAt(index, time)) } };
    });
    this.milliseconds += performance.now() - started;
    return { series, warnings: [] };
  }

  async check() {
    return { service: this.name, isUp: true, detail: '' };
  }
}
