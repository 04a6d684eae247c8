import type { Connection } from '../connections/connection.ts';
import type { AlertEventKind, Verdict } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';

/** One verdict with its series. */
export interface VerdictRecord {
  readonly measurement: 'verdict';
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly verdict: Verdict;
}

/** One notification about an incident. */
export interface AlertRecord {
  readonly measurement: 'alert';
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly id: string;
  /** The same for all notifications of one incident. */
  readonly incidentId: string;
  readonly kind: AlertEventKind;
  readonly timeSeconds: number;
  readonly onsetSeconds: number;
  readonly value: number;
  readonly score: number;
  readonly explanation: string;
}

/** The figures of one tick; one record per shard and tick. */
export interface TickRecord {
  readonly measurement: 'tick';
  readonly shard: number;
  readonly timeSeconds: number;
  /** Numbers by name: counts, milliseconds by phase, lag. */
  readonly fields: Readonly<Record<string, number>>;
}

/**
 * How a tick went: what is known only once it is over. The next tick of the same process writes it, so that of the
 * last tick of a process there is none.
 */
export interface TickOutcomeRecord {
  readonly measurement: 'tick_outcome';
  readonly shard: number;
  /** Time of the tick that it is about. */
  readonly timeSeconds: number;
  /** Numbers by name: milliseconds by phase, records that were rejected, spooled or given up. */
  readonly fields: Readonly<Record<string, number>>;
}

/** The state of one metric at one tick. */
export interface MetricStateRecord {
  readonly measurement: 'metric_state';
  readonly metric: string;
  readonly shard: number;
  readonly timeSeconds: number;
  readonly state: 'scored' | 'waiting' | 'silent';
  /** Why it is not scored; undefined while it is. */
  readonly reason: string | undefined;
  /** The unit of its values, as Grafana names it; undefined where none is configured. */
  readonly unit: string | undefined;
  /** Numbers by name: series, open incidents, lag, threshold, allowed alerts. */
  readonly fields: Readonly<Record<string, number>>;
}

/** A time span without verdicts after a long outage: its samples were never scored, or its verdicts never written. */
export interface GapRecord {
  readonly measurement: 'gap';
  readonly metric: string;
  /** The first skipped step and the time of the record, so that a repetition replaces it. */
  readonly startSeconds: number;
  /** The last skipped step. */
  readonly endSeconds: number;
  readonly skippedSeconds: number;
}

/** What the model in use expects of one series at a time to come. */
export interface BaselineRecord {
  readonly measurement: 'baseline';
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly timeSeconds: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/** The outcome of one training of one metric. */
export interface TrainingRecord {
  readonly measurement: 'training';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** Time of the training, Unix seconds. */
  readonly timeSeconds: number;
  readonly status: 'promoted' | 'kept' | 'rejected' | 'failed';
  /** The version in use now; undefined when the training changed nothing. */
  readonly version: string | undefined;
  /** Why models were promoted, or why not; undefined where nothing says so. */
  readonly reason: string | undefined;
  /** Numbers by name: series by outcome, medians of their scores on the held-out end. */
  readonly fields: Readonly<Record<string, number>>;
}

/** The headline figures of one evaluation of one metric. */
export interface EvaluationRecord {
  readonly measurement: 'evaluation';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** End of the evaluated history, Unix seconds, so that a repeated evaluation replaces the record. */
  readonly timeSeconds: number;
  /** The result in a sentence. */
  readonly headline: string;
  /** Numbers by name; the bounds of an interval have the suffixes `Low` and `High`. */
  readonly fields: Readonly<Record<string, number>>;
}

/** The outcome of the injections of one kind and size in an evaluation. */
export interface EvaluationRecallRecord {
  readonly measurement: 'evaluation_recall';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** Time of the evaluation record, Unix seconds. */
  readonly timeSeconds: number;
  /** The fault, such as `spike`. */
  readonly kind: string;
  readonly size: 'small' | 'medium' | 'large';
  /** Whether an alert or silence is expected. */
  readonly expects: 'alert' | 'silence';
  /** The size in words, such as `5 × noise`. */
  readonly magnitude: string;
  readonly fields: Readonly<Record<string, number>>;
}

/** The health of one connection at one tick; see docs/operations.md. */
export interface HealthRecord {
  readonly measurement: 'health';
  readonly shard: number;
  readonly timeSeconds: number;
  /** `source`, `results`, `objects`, `alerts`. */
  readonly role: string;
  readonly service: string;
  readonly state: string;
  readonly sinceSeconds: number;
  /** Consecutive ticks with trouble, and failed calls in them; 0 when healthy. */
  readonly ticks: number;
  readonly troubles: number;
  /** What is wrong; undefined when healthy. */
  readonly reason: string | undefined;
}

/** Everything that a result store stores. */
export type ResultRecord =
  | VerdictRecord
  | AlertRecord
  | TickRecord
  | TickOutcomeRecord
  | MetricStateRecord
  | HealthRecord
  | GapRecord
  | BaselineRecord
  | TrainingRecord
  | EvaluationRecord
  | EvaluationRecallRecord;

/** Where results are stored. Writing a record twice stores it once. */
export interface ResultStore extends AsyncDisposable {
  /**
   * Whether the store refuses a record that is older than one it has: what waits in the spool is written before anything
   * newer then. False when omitted.
   */
  readonly needsOrder?: boolean;
  /** `influxdb`, `prometheus-remote-write`, `ndjson`, `log`. */
  readonly name: string;
  /** The distance of the points of a band ahead that suits the store, in seconds; undefined: it is not written there. */
  readonly bandAheadStepSeconds?: number | undefined;
  /**
   * Writes all records. When it throws, some may be stored; the next attempt writes them again.
   *
   * @throws ResultsUnavailableError when the store is unreachable or failing: try again later.
   * @throws ResultsRejectedError when the store rejects records permanently; the others are stored.
   */
  write(records: readonly ResultRecord[], signal?: AbortSignal): Promise<void>;
  /** Checks whether the store is up; never throws. */
  check(): Promise<Connection>;
}
