import type { Connection } from '../../lib/connections/connection.ts';
import { endsIncident, type Verdict } from '../../lib/detector/verdict.ts';
import type {
  AlertRecord,
  ResultRecord,
  ResultStore,
  VerdictRecord,
} from '../../lib/results/result-store.ts';
import { seriesKey } from '../../lib/series/labels.ts';

/** What the board shows of one series. */
export interface BoardRow {
  readonly name: string;
  /** The newest verdicts, oldest first. */
  readonly verdicts: Verdict[];
  /** Onset of the open incident, Unix seconds. */
  openSinceSeconds: number | undefined;
}

/** A result store that also keeps the newest results of every series for a terminal view. */
export class SeriesBoard implements ResultStore {
  readonly name: string;
  readonly needsOrder: boolean;
  readonly bandAheadStepSeconds: number | undefined;
  readonly rows = new Map<string, BoardRow>();
  /** All notifications so far, oldest first. */
  readonly alerts: AlertRecord[] = [];
  readonly #inner: ResultStore;
  readonly #length: number;

  /** @param length number of verdicts kept per series. */
  constructor(inner: ResultStore, length: number) {
    this.name = inner.name;
    this.needsOrder = inner.needsOrder === true;
    this.bandAheadStepSeconds = inner.bandAheadStepSeconds;
    this.#inner = inner;
    this.#length = length;
  }

  async write(records: readonly ResultRecord[], signal?: AbortSignal): Promise<void> {
    await this.#inner.write(records, signal);
    for (const record of records) {
      if (record.measurement === 'verdict') this.#note(record);
      if (record.measurement === 'alert') this.#report(record);
    }
  }

  check(): Promise<Connection> {
    return this.#inner.check();
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#inner[Symbol.asyncDispose]();
  }

  #note({ metric, labels, verdict }: VerdictRecord): void {
    const { verdicts } = this.#row(metric, labels);
    verdicts.push(verdict);
    if (verdicts.length > this.#length) verdicts.shift();
  }

  #report(alert: AlertRecord): void {
    this.alerts.push(alert);
    this.#row(alert.metric, alert.labels).openSinceSeconds = endsIncident(alert.kind)
      ? undefined
      : alert.onsetSeconds;
  }

  #row(metric: string, labels: AlertRecord['labels']): BoardRow {
    const key = `${metric}${seriesKey(labels)}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { name: shortName(metric, labels), verdicts: [], openSinceSeconds: undefined };
      this.rows.set(key, row);
    }
    return row;
  }
}

/** A short name that distinguishes a series: the metric and the values of its labels. */
export function shortName(metric: string, labels: Readonly<Record<string, string>>): string {
  const values = Object.keys(labels)
    .filter((name) => name !== '__name__' && name !== 'job')
    .sort()
    .map((name) => labels[name]);
  return values.length === 0 ? metric : `${metric} ${values.join(' ')}`;
}
