import type { TickSummary } from './tick.ts';

/** What may be lost or wrong although every connection is up. */
export type NoteKind =
  | 'points-late'
  | 'points-rejected'
  | 'results-spooled'
  | 'results-given-up'
  | 'copies-rejected'
  | 'copies-spooled'
  | 'copies-given-up'
  | 'state-set-aside'
  | 'catch-up-skipped';

/** Something that ticks noticed, from the first to the last of them. */
export interface HealthNote {
  readonly kind: NoteKind;
  /** The ticks that noticed it first and last, Unix seconds. */
  readonly sinceSeconds: number;
  readonly lastSeconds: number;
  /** Points, records, states or seconds, in all these ticks. */
  readonly count: number;
  /** What it means and what to do, for a person. */
  readonly reason: string;
}

/** What is noticed again after this long is another occurrence. */
const EPISODE_SECONDS = 3600;
/** Notes are kept for a day. */
const KEPT_SECONDS = 86_400;

const REASONS: Readonly<Record<NoteKind, string>> = {
  'points-late': 'Samples came after their steps were scored: raise schedule.evaluationDelay',
  'points-rejected': 'The result store refused points: the log of the ticks says which and why',
  'results-spooled': 'The result store is down: results wait in the spool until it is back',
  'results-given-up': 'The spool was full: the oldest results are recorded as gaps',
  'copies-rejected': 'A copy of the results refused points: the log of the ticks says which and why',
  'copies-spooled': 'A copy of the results is down: records wait in its spool until it is back',
  'copies-given-up': 'The spool of a copy was full: the copy has gaps, the record has not',
  'state-set-aside': 'A stored state could not be read: a copy is in state/set-aside',
  'catch-up-skipped': 'No tick ran for longer than schedule.maximumCatchUp: the seconds are recorded as gaps',
};

/**
 * The notes after one more tick, those of a day.
 *
 * @param summary undefined for a tick that failed.
 */
export function notesAfter(
  before: readonly HealthNote[],
  summary: TickSummary | undefined,
  timeSeconds: number,
): HealthNote[] {
  const kept = before.filter(({ lastSeconds }) => timeSeconds - lastSeconds <= KEPT_SECONDS);
  if (summary === undefined) return kept;
  const seen = Object.entries(countsOf(summary)).filter(([, count]) => count > 0) as [NoteKind, number][];
  if (seen.length === 0) return kept;
  const byKind = new Map(kept.map((note) => [note.kind, note]));
  for (const [kind, count] of seen) {
    const known = byKind.get(kind);
    const goesOn = known !== undefined && timeSeconds - known.lastSeconds <= EPISODE_SECONDS;
    byKind.set(kind, {
      kind,
      sinceSeconds: goesOn ? known.sinceSeconds : timeSeconds,
      lastSeconds: timeSeconds,
      count: count + (goesOn ? known.count : 0),
      reason: REASONS[kind],
    });
  }
  return [...byKind.values()];
}

function countsOf(summary: TickSummary): Record<NoteKind, number> {
  return {
    'points-late': summary.pointsLate,
    'points-rejected': summary.verdictsRejected,
    'results-spooled': summary.recordsSpooled,
    'results-given-up': summary.recordsGivenUp,
    'copies-rejected': summary.copies?.rejected ?? 0,
    'copies-spooled': summary.copies?.spooled ?? 0,
    'copies-given-up': summary.copies?.givenUp ?? 0,
    'state-set-aside': summary.stateSetAside === undefined ? 0 : 1,
    'catch-up-skipped': summary.skippedSeconds,
  };
}
