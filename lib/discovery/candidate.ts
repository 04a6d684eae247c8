import type { PresetName } from '../config/presets/preset-files.ts';

/** A metric that may be worth watching; nothing is known yet of what its query returns. */
export interface Candidate {
  readonly name: string;
  readonly query: string;
  readonly description: string;
  /** What it shows when something is wrong; empty when only its exporter describes it. */
  readonly why: string;
  readonly unit: string | undefined;
  /** The labels that its series keep; all when left out. */
  readonly labels: readonly string[] | undefined;
  readonly detection: CandidateDetection;
  /** The preset that it comes from; undefined for one that follows from its exporter's description alone. */
  readonly preset: PresetName | undefined;
  /** How often it is scraped. */
  readonly scrapeIntervalSeconds: number;
  /** Whether its query returns samples as they are, so that one that only rises is a counter without rate. */
  readonly isPlain: boolean;
  /** More series than this are too many. */
  readonly seriesLimit: number;
}

/** The detection settings of a candidate, as a configuration has them. */
export interface CandidateDetection {
  readonly direction: 'both' | 'up' | 'down';
  readonly domain: { readonly minimum?: number | undefined; readonly maximum?: number | undefined };
  readonly minimumDeviation?:
    | { readonly absolute?: number | undefined; readonly relative?: number | undefined }
    | undefined;
}

/** A candidate whose series are there and vary. */
export interface KeptCandidate {
  readonly candidate: Candidate;
  /** Series that it returned last. */
  readonly seriesCount: number;
  /** How many of the day's series never changed. */
  readonly constantCount: number;
}

/** Why a metric is not proposed. */
export type LeftOutReason = 'nothing' | 'constant' | 'too-many-series' | 'counter' | 'refused';

/** A metric that is not proposed, with the reason in words and what to do about it. */
export interface LeftOut {
  readonly name: string;
  readonly query: string;
  readonly preset: PresetName | undefined;
  readonly reason: LeftOutReason;
  readonly explanation: string;
}
