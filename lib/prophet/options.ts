/** Whether a component is added to the trend or multiplies it. */
export type ComponentMode = 'additive' | 'multiplicative';

/** A seasonality beside daily, weekly and yearly. */
export interface CustomSeasonality {
  readonly name: string;
  /** > 0. */
  readonly periodSeconds: number;
  /** Harmonics; >= 1. */
  readonly order: number;
  readonly priorScale?: number | undefined;
  readonly mode?: ComponentMode | undefined;
  /** Applies only where this condition of the history (and later of the forecast) holds. */
  readonly condition?: string | undefined;
}

/** A known quantity that the series depends on. */
interface RegressorOptions {
  readonly name: string;
  readonly priorScale?: number | undefined;
  readonly mode?: ComponentMode | undefined;
  /** Default 'auto': numbers are standardized, 0/1 indicators are not. */
  readonly standardize?: 'auto' | 'yes' | 'no' | undefined;
}

/** The place of the holidays, as ISO codes of date-holidays. */
export interface HolidayOptions {
  /** ISO 3166-1, such as DE. */
  readonly country: string;
  /** ISO 3166-2 without the country, such as BY. */
  readonly state?: string | undefined;
  readonly region?: string | undefined;
  /** Kinds of holidays; by default only public ones. */
  readonly types?: readonly ('public' | 'bank' | 'optional' | 'school' | 'observance')[] | undefined;
  /** Default 10. */
  readonly priorScale?: number | undefined;
}

/** `auto` decides by the length of the history; a number sets the number of harmonics; false disables it. */
export type SeasonalityChoice = 'auto' | number | false;

/** The options of a fit. The defaults are Prophet's except for `scaling`, `intervalWidth` and `timeZone`. */
export interface ProphetOptions {
  readonly growth: 'linear' | 'flat' | 'logistic';
  /**
   * minMax maps the history's range to [0, 1], so that a model does not depend on the unit's zero (8 GB +- 10
   * MB is fitted like 0 +- 10 MB); absMax, Prophet's default, divides by the largest magnitude.
   */
  readonly scaling: 'minMax' | 'absMax';
  readonly daily: SeasonalityChoice;
  readonly weekly: SeasonalityChoice;
  readonly yearly: SeasonalityChoice;
  readonly seasonalities: readonly CustomSeasonality[];
  readonly seasonalityMode: ComponentMode;
  /** Prior standard deviation of seasonal coefficients, > 0. */
  readonly seasonalityPriorScale: number;
  /** Potential changes of slope, >= 0. */
  readonly changepointCount: number;
  /** Fraction of the history, from its start, in which the slope may change; (0, 1]. */
  readonly changepointRange: number;
  /** Scale of the Laplace prior on changes of slope, > 0. */
  readonly changepointPriorScale: number;
  readonly holidays: HolidayOptions | undefined;
  readonly regressors: readonly RegressorOptions[];
  /** An IANA zone: seasons then follow its local time, daylight saving included. Undefined means UTC. */
  readonly timeZone: string | undefined;
  /** Fraction of normal samples inside the band; (0, 1). */
  readonly intervalWidth: number;
}

/** By default one normal sample in a hundred is outside the band; with Prophet's 0.8 it is one in five. */
export const defaultProphetOptions: ProphetOptions = {
  growth: 'linear',
  scaling: 'minMax',
  daily: 'auto',
  weekly: 'auto',
  yearly: 'auto',
  seasonalities: [],
  seasonalityMode: 'additive',
  seasonalityPriorScale: 10,
  changepointCount: 25,
  changepointRange: 0.8,
  changepointPriorScale: 0.05,
  holidays: undefined,
  regressors: [],
  timeZone: undefined,
  intervalWidth: 0.99,
};

/** @returns what is wrong with the options and how to fix it; undefined for valid options. */
export function faultIn(options: ProphetOptions): string | undefined {
  const positive = [
    ['seasonalityPriorScale', options.seasonalityPriorScale],
    ['changepointPriorScale', options.changepointPriorScale],
  ] as const;
  for (const [name, value] of positive) {
    if (!(value > 0 && Number.isFinite(value))) return `${name} is ${value}; it must be above 0.`;
  }
  if (!(options.intervalWidth > 0 && options.intervalWidth < 1)) {
    return `intervalWidth is ${options.intervalWidth}; it must be between 0 and 1.`;
  }
  if (!(options.changepointRange > 0 && options.changepointRange <= 1)) {
    return `changepointRange is ${options.changepointRange}; it must be above 0 and at most 1.`;
  }
  if (!isCount(options.changepointCount, 0)) {
    return `changepointCount is ${options.changepointCount}; it must be a whole number, 0 or more.`;
  }
  for (const name of ['daily', 'weekly', 'yearly'] as const) {
    const choice = options[name];
    if (typeof choice === 'number' && !isCount(choice, 1)) {
      return `${name} has ${choice} harmonics; use a whole number from 1, 'auto' or false.`;
    }
  }
  const names = ['daily', 'weekly', 'yearly'];
  for (const seasonality of options.seasonalities) {
    if (names.includes(seasonality.name)) return `the seasonality "${seasonality.name}" is repeated.`;
    names.push(seasonality.name);
    if (!(seasonality.periodSeconds > 0) || !isCount(seasonality.order, 1)) {
      return `the seasonality "${seasonality.name}" needs a period above 0 and a whole number of harmonics.`;
    }
  }
  return undefined;
}

function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}
