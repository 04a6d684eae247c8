import { UnexpectedProphetDataError } from './errors.ts';
import { forecastTimes } from './forecast-times.ts';
import type { SeasonalTerm } from './terms.ts';

/**
 * augurs keeps its components in hash maps, so the order of the feature columns changes from fit to fit, and
 * their names are not passed to the optimizer. Each component's prior scale therefore carries its index in
 * its last digits, far below any effect, to identify the columns.
 */
const TAG_STEP = 2 ** -44;

/** The prior scale to pass to augurs for the component of this index. */
export function taggedPriorScale(priorScale: number, index: number): number {
  return priorScale * (1 + index * TAG_STEP);
}

/**
 * The columns of each component, in order (sine before cosine, first harmonic first).
 *
 * @param taggedScales the scales passed to augurs, by component.
 * @param columnScales the scales returned, by column.
 * @throws UnexpectedProphetDataError when a component has no column, as happens when augurs changes.
 */
export function columnsByComponent(
  taggedScales: readonly number[],
  columnScales: Float64Array,
): readonly (readonly number[])[] {
  return taggedScales.map((scale, index) => {
    const columns = [...columnScales.keys()].filter((column) => columnScales[column] === scale);
    if (columns.length === 0)
      throw new UnexpectedProphetDataError(`no feature column for component ${index}`);
    return columns;
  });
}

/**
 * Compares the feature columns of one seasonality with our own Fourier terms at one row, so that fit and
 * forecast never use different features.
 *
 * @throws UnexpectedProphetDataError when they differ.
 */
export function checkFourierColumns(
  term: SeasonalTerm,
  secondsAtRow: number,
  cells: readonly number[],
): void {
  const { terms } = forecastTimes(Float64Array.of(secondsAtRow)).fourierTerms(
    term.periodSeconds,
    term.order,
    undefined,
  );
  const differs = cells.some((cell, index) => Math.abs(cell - terms[index]!) > 1e-6);
  if (cells.length !== terms.length || differs) {
    throw new UnexpectedProphetDataError(`the Fourier terms of "${term.name}" differ from ours`);
  }
}
