import type { ComponentMode, CustomSeasonality, ProphetOptions, SeasonalityChoice } from './options.ts';

const DAY_SECONDS = 86_400;

/** A seasonality with all its choices made. */
export interface SeasonalTerm {
  readonly name: string;
  readonly periodSeconds: number;
  readonly order: number;
  readonly priorScale: number;
  readonly mode: ComponentMode;
  readonly condition: string | undefined;
}

/** The terms that a history supports. */
export interface ChosenTerms {
  readonly seasonalities: readonly SeasonalTerm[];
  readonly changepointCount: number;
}

/** The properties of a history by which the terms are chosen. */
export interface HistoryExtent {
  readonly samples: number;
  readonly spanSeconds: number;
  readonly stepSeconds: number;
}

/**
 * Prophet's standard seasonalities: period, harmonics, and the minimum history for `auto`. Prophet needs two
 * whole periods; the span of a history of exactly two lacks the last step, so the minimums are 5 to 10%
 * lower.
 */
export const standardSeasonalities = [
  { name: 'yearly', periodSeconds: 365.25 * DAY_SECONDS, order: 10, leastSpanSeconds: 694 * DAY_SECONDS },
  { name: 'weekly', periodSeconds: 7 * DAY_SECONDS, order: 3, leastSpanSeconds: 13.3 * DAY_SECONDS },
  { name: 'daily', periodSeconds: DAY_SECONDS, order: 4, leastSpanSeconds: 1.8 * DAY_SECONDS },
] as const;

/** The minimum of samples per coefficient; with fewer samples, fewer terms are fitted. */
const SAMPLES_PER_COEFFICIENT = 2;

/** Slope and offset. */
const TREND_COEFFICIENTS = 2;

/**
 * Chooses the seasonalities and the number of potential changepoints: those of the options, limited by the
 * step (a harmonic needs more than two samples per period) and by the number of samples.
 *
 * @param fixedCoefficients holidays and regressors, which are always kept.
 */
export function chooseTerms(
  options: ProphetOptions,
  extent: HistoryExtent,
  fixedCoefficients: number,
): ChosenTerms {
  const wanted = [
    ...standardSeasonalities.map((standard) => ({
      ...standard,
      order: orderOf(options[standard.name], standard, extent.spanSeconds),
    })),
    ...options.seasonalities,
  ];
  const orders = wanted.map(({ order, periodSeconds }) =>
    Math.min(order, Math.floor((periodSeconds / extent.stepSeconds - 1) / 2)),
  );
  let changepointCount = options.growth === 'flat' ? 0 : options.changepointCount;
  const affordable =
    Math.floor(extent.samples / SAMPLES_PER_COEFFICIENT) - TREND_COEFFICIENTS - fixedCoefficients;
  const seasonalCoefficients = (): number => orders.reduce((sum, order) => sum + 2 * Math.max(0, order), 0);
  changepointCount = Math.max(0, Math.min(changepointCount, affordable - seasonalCoefficients()));
  while (seasonalCoefficients() > Math.max(0, affordable)) {
    const largest = orders.indexOf(Math.max(...orders));
    orders[largest]! -= 1;
  }
  return {
    changepointCount,
    seasonalities: wanted.flatMap((seasonality, index) =>
      orders[index]! > 0 ? [termOf(seasonality, orders[index]!, options)] : [],
    ),
  };
}

function orderOf(
  choice: SeasonalityChoice,
  standard: (typeof standardSeasonalities)[number],
  spanSeconds: number,
): number {
  if (choice === false) return 0;
  if (choice === 'auto') return spanSeconds >= standard.leastSpanSeconds ? standard.order : 0;
  return choice;
}

function termOf(
  seasonality: Pick<CustomSeasonality, 'name' | 'periodSeconds' | 'priorScale' | 'mode' | 'condition'>,
  order: number,
  options: ProphetOptions,
): SeasonalTerm {
  return {
    name: seasonality.name,
    periodSeconds: seasonality.periodSeconds,
    order,
    priorScale: seasonality.priorScale ?? options.seasonalityPriorScale,
    mode: seasonality.mode ?? options.seasonalityMode,
    condition: seasonality.condition,
  };
}
