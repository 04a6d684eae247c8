const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A value of a sparkline; undefined is a gap. */
export interface SparkPoint {
  readonly value: number | undefined;
  readonly isMarked: boolean;
}

/**
 * The points as bars, one character each, scaled from the lowest to the highest value.
 *
 * @param mark paints the bars of marked points.
 */
export function sparkline(points: readonly SparkPoint[], mark: (text: string) => string): string {
  const values = points.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return points
    .map(({ value, isMarked }) => {
      if (value === undefined) return ' ';
      const bar = BARS[Math.min(BARS.length - 1, Math.floor(((value - low) / span) * BARS.length))] ?? ' ';
      return isMarked ? mark(bar) : bar;
    })
    .join('');
}
