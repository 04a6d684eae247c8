import { type Labels, seriesKey } from '../../series/labels.ts';
import { besideOwnLabels } from '../../series/prometheus-labels.ts';
import type { ResultRecord, VerdictRecord } from '../result-store.ts';
import { encodedLabels, type RemoteSample, type RemoteSeries } from './write-request.ts';

/** The measurements of a verdict: each becomes a time series of the watched series. */
const VERDICT_VALUES: Readonly<Record<string, (verdict: VerdictRecord['verdict']) => number | undefined>> = {
  tidemark_value: ({ value }) => value,
  tidemark_expected: ({ band }) => band?.expected,
  tidemark_lower: ({ band }) => band?.lower,
  tidemark_upper: ({ band }) => band?.upper,
  tidemark_score: ({ score }) => score,
  tidemark_anomaly: ({ kind, anomalous }) => (kind === 'no-data' ? undefined : Number(anomalous)),
};

/**
 * Turns records into samples of Prometheus. A verdict becomes `tidemark_value`, `tidemark_expected`, `tidemark_lower`,
 * `tidemark_upper`, `tidemark_score` and `tidemark_anomaly` (0 or 1), with the series' own labels, `metric`, and `series`: all
 * labels as text, with which a dashboard names one series, whatever its labels hold. An alert
 * becomes `tidemark_alert`, its score with the `kind` of the notification; the figures of a tick, a training and an
 * evaluation become one series each, such as `tidemark_tick_lag_seconds{shard="0"}`. Texts (sentences, reasons, ids) are
 * left out: Prometheus stores numbers alone. Values that are not finite are left out too.
 *
 * One encoder serves one process: it keeps the names and labels of each series.
 */
export class RemoteSampleEncoder {
  readonly #verdictSeries = new WeakMap<
    Labels,
    Map<string, readonly (readonly [RemoteSeries, ReadValue])[]>
  >();
  readonly #otherSeries = new Map<string, RemoteSeries>();

  /** The samples of all records, by time, so that each series' samples are in order: Prometheus takes no others. */
  encode(records: readonly ResultRecord[]): RemoteSample[] {
    const samples: RemoteSample[] = [];
    for (const record of records) this.#add(record, samples);
    return samples.sort((one, other) => one.timeSeconds - other.timeSeconds);
  }

  #add(record: ResultRecord, samples: RemoteSample[]): void {
    if (record.measurement === 'verdict') {
      const { timeSeconds } = record.verdict;
      for (const [series, read] of this.#seriesOf(record)) {
        const value = read(record.verdict);
        if (value !== undefined && Number.isFinite(value)) samples.push({ series, timeSeconds, value });
      }
      return;
    }
    const { labels, timeSeconds, values } = figuresOf(record);
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value)) continue;
      const all = { __name__: `tidemark_${record.measurement}${snakeCased(name)}`, ...labels };
      samples.push({ series: this.#other(all), timeSeconds, value });
    }
  }

  #seriesOf({ metric, labels, isSimulated }: VerdictRecord): readonly (readonly [RemoteSeries, ReadValue])[] {
    const key = isSimulated ? `${metric} simulated` : metric;
    let byMetric = this.#verdictSeries.get(labels);
    if (byMetric === undefined) {
      byMetric = new Map();
      this.#verdictSeries.set(labels, byMetric);
    }
    let series = byMetric.get(key);
    if (series === undefined) {
      const own = { ...ownLabels(metric, isSimulated), series: seriesKey(labels) };
      series = Object.entries(VERDICT_VALUES).map(
        ([name, read]) => [remoteSeries(besideOwnLabels({ __name__: name, ...own }, labels)), read] as const,
      );
      byMetric.set(key, series);
    }
    return series;
  }

  #other(labels: Labels): RemoteSeries {
    const key = JSON.stringify(labels);
    let series = this.#otherSeries.get(key);
    if (series === undefined) {
      series = remoteSeries(labels);
      this.#otherSeries.set(key, series);
    }
    return series;
  }
}

type ReadValue = (verdict: VerdictRecord['verdict']) => number | undefined;

/** Without labels that are empty: for Prometheus they are the same as absent. */
function remoteSeries(labels: Labels): RemoteSeries {
  const present = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
  const encoded = encodedLabels(present);
  return { labels: present, key: Buffer.from(encoded).toString('latin1'), encoded };
}

function ownLabels(metric: string, isSimulated: boolean): Labels {
  return { metric, ...(isSimulated ? { simulated: 'true' } : {}) };
}

interface Figures {
  readonly labels: Labels;
  readonly timeSeconds: number;
  /** Numbers by name; the empty name is the measurement itself. */
  readonly values: Readonly<Record<string, number>>;
}

function figuresOf(record: Exclude<ResultRecord, VerdictRecord>): Figures {
  const { measurement } = record;
  switch (measurement) {
    case 'alert': {
      const { metric, isSimulated, labels, kind, timeSeconds, score } = record;
      const own = { ...ownLabels(metric, isSimulated), kind };
      return { labels: besideOwnLabels(own, labels), timeSeconds, values: { '': score } };
    }
    case 'metric_state': {
      const { metric, shard, timeSeconds, fields } = record;
      return { labels: { metric, shard: String(shard) }, timeSeconds, values: fields };
    }
    // Prometheus takes no samples of a time to come.
    case 'baseline':
      return { labels: {}, timeSeconds: record.timeSeconds, values: {} };
    case 'tick':
    case 'tick_outcome': {
      const { shard, timeSeconds, fields } = record;
      return { labels: { shard: String(shard) }, timeSeconds, values: fields };
    }
    case 'health': {
      const { shard, role, service, timeSeconds, state, ticks, troubles } = record;
      const labels = { shard: String(shard), role, service };
      return { labels, timeSeconds, values: { up: Number(state !== 'down'), ticks, troubles } };
    }
    case 'gap': {
      const { metric, startSeconds, skippedSeconds } = record;
      return { labels: { metric }, timeSeconds: startSeconds, values: { skippedSeconds } };
    }
    case 'training': {
      const { metric, isSimulated, status, timeSeconds, fields } = record;
      return {
        labels: { ...ownLabels(metric, isSimulated), status },
        timeSeconds,
        values: { '': 1, ...fields },
      };
    }
    case 'evaluation': {
      const { metric, isSimulated, timeSeconds, fields } = record;
      return { labels: ownLabels(metric, isSimulated), timeSeconds, values: fields };
    }
    case 'evaluation_recall': {
      const { metric, isSimulated, kind, size, expects, timeSeconds, fields } = record;
      const labels = { ...ownLabels(metric, isSimulated), kind, size, expects };
      return { labels, timeSeconds, values: fields };
    }
  }
}

/** `_lag_seconds` for `lagSeconds`, nothing for an empty name. */
function snakeCased(name: string): string {
  if (name === '') return '';
  const words = name.replaceAll(/[A-Z]+/g, (capitals) => `_${capitals.toLowerCase()}`);
  return `_${words.replaceAll(/[^a-z0-9_]/gi, '_')}`;
}
