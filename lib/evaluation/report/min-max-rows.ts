/**
 * Rows that show a long series on few pixels: the lowest and the highest value of each stretch of equally
 * many rows, so that no spike is lost, however narrow. The first and the last row are always included.
 *
 * @param values finite.
 * @param stretches the number of stretches; two rows each at most.
 * @returns ascending, without repetition; all rows when there are few enough. Source: Jugel et al. 2014, M4:
 * A Visualization-Oriented Time Series Data Aggregation (its min and max).
 */
export function minMaxRows(values: Float64Array, stretches: number): Int32Array {
  if (values.length <= 2 * stretches) return Int32Array.from(values.keys());
  const rows = new Set<number>([0]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const first = Math.floor((stretch * values.length) / stretches);
    const end = Math.floor(((stretch + 1) * values.length) / stretches);
    let lowest = first;
    let highest = first;
    for (let row = first + 1; row < end; row += 1) {
      if (values[row]! < values[lowest]!) lowest = row;
      if (values[row]! > values[highest]!) highest = row;
    }
    rows.add(Math.min(lowest, highest)).add(Math.max(lowest, highest));
  }
  rows.add(values.length - 1);
  return Int32Array.from(rows).sort();
}
