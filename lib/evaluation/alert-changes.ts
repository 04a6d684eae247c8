/** A raised alert, with the fields that a comparison needs. */
export interface ComparedAlert {
  /** The series it is about. */
  readonly key: string;
  readonly timeSeconds: number;
}

/** The alerts that differ between two replays of one history. */
export interface AlertChanges<Alert extends ComparedAlert> {
  readonly kept: readonly Alert[];
  /** Raised only after the change. */
  readonly gained: readonly Alert[];
  /** Raised only before the change. */
  readonly lost: readonly Alert[];
}

/**
 * Pairs the alerts of two replays of one history: alerts of one series at most `toleranceSeconds` apart are
 * the same, nearest pairs first. Each alert is in at most one pair.
 *
 * @param before and `after` ascending in time.
 */
export function alertChanges<Alert extends ComparedAlert>(
  before: readonly Alert[],
  after: readonly Alert[],
  toleranceSeconds: number,
): AlertChanges<Alert> {
  const open = new Set(before);
  const kept: Alert[] = [];
  const gained: Alert[] = [];
  for (const alert of after) {
    const twin = nearest(open, alert, toleranceSeconds);
    if (twin === undefined) gained.push(alert);
    else {
      open.delete(twin);
      kept.push(alert);
    }
  }
  return { kept, gained, lost: before.filter((alert) => open.has(alert)) };
}

function nearest<Alert extends ComparedAlert>(
  alerts: Iterable<Alert>,
  { key, timeSeconds }: Alert,
  toleranceSeconds: number,
): Alert | undefined {
  let found: Alert | undefined;
  let least = toleranceSeconds;
  for (const alert of alerts) {
    const distance = Math.abs(alert.timeSeconds - timeSeconds);
    if (alert.key !== key || distance > least || (found !== undefined && distance === least)) continue;
    found = alert;
    least = distance;
  }
  return found;
}
