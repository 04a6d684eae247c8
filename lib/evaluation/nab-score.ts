/** The weights of a hit, a false alert and a miss in one application profile of the benchmark. */
export interface NabProfile {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/**
 * The three application profiles of the benchmark.
 * Source: Lavin and Ahmad 2015, Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark,
 * section III; the weights are those of its published configuration.
 */
export const nabProfiles = {
  standard: { truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  lowFalsePositive: { truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  lowFalseNegative: { truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
} as const satisfies Record<string, NabProfile>;

/** A labelled anomaly window: row indexes of its first and last point, both inclusive. */
export interface NabWindow {
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** A detector's output on one file of the benchmark. */
export interface NabSeries {
  /** One number per row, higher is more anomalous; NaN where the detector gave no score. */
  readonly scores: ArrayLike<number>;
  /** In ascending order, without overlap. */
  readonly windows: readonly NabWindow[];
}

/** The benchmark's result for a detector over several files at one threshold. */
export interface NabResult {
  /**
   * 0 is a detector that never fires, 100 one that fires once at the first point of every window; no floor.
   */
  readonly score: number;
  /** Windows with at least one detection. */
  readonly hits: number;
  readonly windows: number;
  /** Detections outside every window. */
  readonly falseAlerts: number;
}

/** One row that counts: the value of detecting it, and its window (counted over all files). */
interface NabPoint {
  readonly score: number;
  /** Index of the window over all files; -1 outside every window. */
  readonly window: number;
  /**
   * In a window the reward of a first detection here (0 to 1), outside it the cost of a false alert (-1 to
   * 0).
   */
  readonly worth: number;
}

/** All rows that count, of all files. */
export interface NabPoints {
  readonly points: readonly NabPoint[];
  /** Windows with at least one row that counts. */
  readonly windows: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_LIMIT_ROWS = 5000;
/** The distance after a window, in window widths, from which a false alert has its full cost. */
const FULL_COST_WIDTHS = 3;

/**
 * Scores detections as the Numenta Anomaly Benchmark does. A window is worth a scaled sigmoid of the position
 * of its earliest detection (1 at its left edge, near 0 at its right one), a miss costs the profile's weight,
 * and each detection outside costs the same sigmoid continued to the right of the last window, so that one
 * shortly after a window is cheap. The rows of the probationary period (15% of a file, 750 at most) do not
 * count.
 *
 * @param corpus the files; the score is of all of them together.
 * @param threshold rows with at least this score are detections.
 * @throws RangeError when a window is outside its file.
 *
 * Source: Lavin and Ahmad 2015, eq. 1 to 3.
 */
export function nabScore(corpus: readonly NabSeries[], threshold: number, profile: NabProfile): NabResult {
  const { points, windows } = nabPoints(corpus);
  const rewards = new Map<number, number>();
  let cost = 0;
  let falseAlerts = 0;
  for (const point of points) {
    if (!(point.score >= threshold)) continue;
    if (point.window < 0) {
      cost += point.worth;
      falseAlerts += 1;
    } else rewards.set(point.window, Math.max(point.worth, rewards.get(point.window) ?? 0));
  }
  const reward = rewards.values().reduce((sum, worth) => sum + worth, 0);
  const score = normalizedNabScore({ reward, cost, hits: rewards.size, windows }, profile);
  return { score, hits: rewards.size, windows, falseAlerts };
}

/** Unweighted sums over files at one threshold. */
export interface NabSums {
  /** Sum over the hit windows, each 0 to 1. */
  readonly reward: number;
  /** Sum over the false alerts, each -1 to 0. */
  readonly cost: number;
  readonly hits: number;
  readonly windows: number;
}

/**
 * The weighted sum on the scale from the null detector (0) to the perfect one (100). Files without windows
 * have no such scale: they use that of one window found at once, so that a silent detector scores 100.
 */
export function normalizedNabScore(sums: NabSums, profile: NabProfile): number {
  const isUnlabelled = sums.windows === 0;
  const windows = isUnlabelled ? 1 : sums.windows;
  const reward = isUnlabelled ? 1 : sums.reward;
  const misses = isUnlabelled ? 0 : sums.windows - sums.hits;
  const raw =
    profile.truePositive * reward + profile.falsePositive * sums.cost - profile.falseNegative * misses;
  const nothing = -profile.falseNegative * windows;
  const perfect = profile.truePositive * windows;
  return (100 * (raw - nothing)) / (perfect - nothing);
}

/**
 * The value of each row that counts, as a detection.
 *
 * @throws RangeError when a window is outside its file.
 */
export function nabPoints(corpus: readonly NabSeries[]): NabPoints {
  const points: NabPoint[] = [];
  let windows = 0;
  for (const series of corpus) windows = addPoints(points, series, windows);
  return { points, windows };
}

/** The number of rows at the beginning of a file that do not count. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), Math.floor(PROBATION_SHARE * PROBATION_LIMIT_ROWS));
}

/** Adds the points of one file, and returns the number of windows so far. */
function addPoints(points: NabPoint[], { scores, windows }: NabSeries, windowsBefore: number): number {
  const rows = scores.length;
  const probation = probationRows(rows);
  let count = windowsBefore;
  let from = 0;
  let previous: NabWindow | undefined;
  for (const window of windows) {
    if (!(window.firstIndex >= from && window.lastIndex >= window.firstIndex && window.lastIndex < rows))
      throw new RangeError(
        `The window of rows ${window.firstIndex} to ${window.lastIndex} does not fit a file of ${rows} rows after ` +
          `row ${from - 1}: give windows in ascending order, without overlap, as row indexes.`,
      );
    addOutside(points, scores, Math.max(from, probation), window.firstIndex, previous);
    for (let row = Math.max(window.firstIndex, probation); row <= window.lastIndex; row += 1)
      points.push({ score: scores[row]!, window: count, worth: hitWorth(row, window) });
    if (window.lastIndex >= probation) count += 1;
    from = window.lastIndex + 1;
    previous = window;
  }
  addOutside(points, scores, Math.max(from, probation), rows, previous);
  return count;
}

function addOutside(
  points: NabPoint[],
  scores: ArrayLike<number>,
  from: number,
  to: number,
  previous: NabWindow | undefined,
): void {
  for (let row = from; row < to; row += 1)
    points.push({ score: scores[row]!, window: -1, worth: falseAlertWorth(row, previous) });
}

/** The reward of a detection at a row of a window, relative to that at its left edge. */
function hitWorth(row: number, { firstIndex, lastIndex }: NabWindow): number {
  const width = lastIndex - firstIndex + 1;
  return scaledSigmoid(-(lastIndex - row + 1) / width) / scaledSigmoid(-1);
}

function falseAlertWorth(row: number, previous: NabWindow | undefined): number {
  if (previous === undefined) return -1;
  const widths = (row - previous.lastIndex) / (previous.lastIndex - previous.firstIndex);
  return widths > FULL_COST_WIDTHS ? -1 : scaledSigmoid(widths);
}

/**
 * 1 far left of a window's right edge, 0 on it, -1 far right; in window widths. Lavin and Ahmad 2015, eq. 1.
 */
function scaledSigmoid(position: number): number {
  return 2 / (1 + Math.exp(5 * position)) - 1;
}
