/** A labelled incident: indexes of its first and last point in the series, both inclusive. */
export interface Incident {
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** Runs of labels at most this many steps apart belong to one incident. */
const JOINING_STEPS = 30;

/**
 * The incidents of a labelled series: runs of consecutive labelled points; runs at most 30 steps apart (from
 * the last point of one to the first of the next, by time, so that missing points count) are merged.
 *
 * @param labels one per point; 0 is normal, anything else is labelled.
 * @param timesSeconds Unix time of each point, ascending.
 * @param stepSeconds nominal distance of two points; > 0.
 * @returns in ascending order, without overlap.
 */
export function incidentsOf(
  labels: ArrayLike<number>,
  timesSeconds: ArrayLike<number>,
  stepSeconds: number,
): Incident[] {
  const incidents: Incident[] = [];
  let open: { firstIndex: number; lastIndex: number } | undefined;
  for (let index = 0; index < labels.length; index += 1) {
    if (!labels[index]) continue;
    if (open !== undefined && isSameIncident(open.lastIndex, index, timesSeconds, stepSeconds))
      open.lastIndex = index;
    else {
      open = { firstIndex: index, lastIndex: index };
      incidents.push(open);
    }
  }
  return incidents;
}

function isSameIncident(
  lastIndex: number,
  index: number,
  timesSeconds: ArrayLike<number>,
  stepSeconds: number,
): boolean {
  const isSameRun = index === lastIndex + 1;
  return isSameRun || timesSeconds[index]! - timesSeconds[lastIndex]! <= JOINING_STEPS * stepSeconds;
}
