import type { Connection } from '../connections/connection.ts';
import type { AlertEventKind, Verdict } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';

/** One verdict with the series it is about. */
export interface VerdictRecord {
  readonly measurement: 'verdict';
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly verdict: Verdict;
}

/** One piece of news about an incident. */
export interface AlertRecord {
  readonly measurement: 'alert';
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly id: string;
  /** The same for all news of one incident. */
  readonly incidentId: string;
  readonly kind: AlertEventKind;
  readonly timeSeconds: number;
  readonly onsetSeconds: number;
  readonly value: number;
  readonly score: number;
  readonly explanation: string;
}

/** How one tick went; one record a shard and tick. */
export interface TickRecord {
  readonly measurement: 'tick';
  readonly shard: number;
  readonly timeSeconds: number;
  /** Numbers by name: counts, milliseconds by phase, lag. */
  readonly fields: Readonly<Record<string, number>>;
}

/** A stretch of time without verdicts after a long outage: its samples were never scored, or its verdicts never written. */
export interface GapRecord {
  readonly measurement: 'gap';
  readonly metric: string;
  /** The first step that is given up; the record stands at this time, so that a repetition replaces it. */
  readonly startSeconds: number;
  /** The last one. */
  readonly endSeconds: number;
  readonly skippedSeconds: number;
}

/** What one training led to for one metric. */
export interface TrainingRecord {
  readonly measurement: 'training';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** The moment that the training was for, Unix seconds. */
  readonly timeSeconds: number;
  readonly status: 'promoted' | 'kept' | 'rejected' | 'failed';
  /** What is in use now; undefined when the training changed nothing. */
  readonly version: string | undefined;
  /** For a person; undefined when all went well. */
  readonly reason: string | undefined;
  /** Numbers by name: series by outcome, medians of their scores on the held-out end. */
  readonly fields: Readonly<Record<string, number>>;
}

/** The headline figures of one evaluation of one metric. */
export interface EvaluationRecord {
  readonly measurement: 'evaluation';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** The end of the evaluated history, Unix seconds: the same evaluation written twice is one. */
  readonly timeSeconds: number;
  /** The answer in a sentence. */
  readonly headline: string;
  /** Numbers by name; an interval's bounds are named like their figure with `Low` and `High` behind. */
  readonly fields: Readonly<Record<string, number>>;
}

/** What became of the injections of one kind and size in an evaluation. */
export interface EvaluationRecallRecord {
  readonly measurement: 'evaluation_recall';
  readonly metric: string;
  readonly isSimulated: boolean;
  /** That of the evaluation. */
  readonly timeSeconds: number;
  /** The fault, such as `spike`. */
  readonly kind: string;
  readonly size: 'small' | 'medium' | 'large';
  /** Whether an alert was wished for, or silence. */
  readonly expects: 'alert' | 'silence';
  /** The size in words, such as `5 × noise`. */
  readonly magnitude: string;
  readonly fields: Readonly<Record<string, number>>;
}

/** How one connection was at one tick, by the ticks so far; see docs/operations.md. */
export interface HealthRecord {
  readonly measurement: 'health';
  readonly shard: number;
  readonly timeSeconds: number;
  /** `source`, `results`, `objects`, `alerts`. */
  readonly role: string;
  readonly service: string;
  readonly state: string;
  readonly sinceSeconds: number;
  /** How many ticks in a row saw the trouble, and how many calls it took; 0 while all is well. */
  readonly ticks: number;
  readonly troubles: number;
  /** What is wrong, for a person; undefined while all is well. */
  readonly reason: string | undefined;
}

/** Everything that is written for people to look at. */
export type ResultRecord =
  | VerdictRecord
  | AlertRecord
  | TickRecord
  | HealthRecord
  | GapRecord
  | TrainingRecord
  | EvaluationRecord
  | EvaluationRecallRecord;

/** Where results go. Writing a record twice leaves one. */
export interface ResultStore extends AsyncDisposable {
  /** `influxdb`, `ndjson`, `log`. */
  readonly name: string;
  /**
   * Writes all records, or throws; what was written before the fault stays and is written again by the next try.
   *
   * @throws ResultsUnavailableError when the store can't be reached or is failing: try again later.
   * @throws ResultsRejectedError when the store refuses records for what they are; the others are stored.
   */
  write(records: readonly ResultRecord[], signal?: AbortSignal): Promise<void>;
  /** Asks the store whether it is up; never throws. */
  check(): Promise<Connection>;
}
