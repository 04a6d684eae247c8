import { type Labels, seriesKey } from '../series/labels.ts';
import type { Samples } from '../series/samples.ts';
import type { Series } from '../series/series.ts';

const FIRST_CAPACITY = 64;

/** Collects samples of many series in any order, sixteen bytes each. */
export class SeriesRecorder {
  readonly #series = new Map<string, { readonly labels: Labels; readonly column: Column }>();

  /** The growing samples of the series with these labels; ask once for many samples. */
  column(labels: Labels): Column {
    const key = seriesKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, column: new Column() };
      this.#series.set(key, series);
    }
    return series.column;
  }

  /** Every series with its samples in ascending order of time. */
  recorded(): Series[] {
    return [...this.#series.values()].map(({ labels, column }) => ({ labels, samples: column.samples() }));
  }
}

/** Samples of one series in any order; of two at the same time the later one pushed counts. */
export class Column {
  #times = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #count = 0;
  #isAscending = true;

  push(timeSeconds: number, value: number): void {
    if (this.#count === this.#times.length) {
      this.#times = doubled(this.#times);
      this.#values = doubled(this.#values);
    }
    if (this.#count > 0 && timeSeconds <= (this.#times[this.#count - 1] as number)) this.#isAscending = false;
    this.#times[this.#count] = timeSeconds;
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  samples(): Samples {
    const times = this.#times.slice(0, this.#count);
    const values = this.#values.slice(0, this.#count);
    return this.#isAscending ? { timesSeconds: times, values } : sorted(times, values);
  }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

function sorted(times: Float64Array, values: Float64Array): Samples {
  const order = Uint32Array.from(times, (_, index) => index).sort(
    (one, other) => (times[one] as number) - (times[other] as number) || one - other,
  );
  // Of those at one time the last that came counts.
  const kept = order.filter((index, at) => times[index] !== times[order[at + 1] ?? -1]);
  return {
    timesSeconds: Float64Array.from(kept, (index) => times[index] as number),
    values: Float64Array.from(kept, (index) => values[index] as number),
  };
}
