import type { BaselineOptions } from '../../baseline/baseline-model.ts';
import type { CustomSeasonality, ProphetOptions, SeasonalityChoice } from '../../prophet/options.ts';
import type { SharedDesigns } from '../../prophet/shared-designs.ts';
import { standardSeasonalities } from '../../prophet/terms.ts';
import type { ModelSettings } from './trained-metric.ts';

/** The seasonality options, which depend on the length of the history. */
type StandardChoices = Pick<ProphetOptions, 'daily' | 'weekly' | 'yearly' | 'seasonalities'>;

/**
 * Converts the configured settings to the options of a fit.
 *
 * @param designs design matrices shared with the metric's other series.
 * @param spanSeconds length of the history that the final model learns from; it resolves `auto`, also for the shorter
 * history of a rehearsal.
 */
export function baselineOptions(
  settings: ModelSettings,
  spanSeconds: number,
  designs?: SharedDesigns,
): BaselineOptions {
  const { growth, changepoints, seasonalityMode, seasonalities, holidays, intervalWidth } = settings;
  return {
    intervalWidth,
    timeZone: holidays?.timezone,
    designs,
    prophet: {
      growth,
      changepointCount: changepoints.number,
      changepointRange: changepoints.range,
      changepointPriorScale: changepoints.priorScale,
      seasonalityMode,
      seasonalityPriorScale: seasonalities.daily.priorScale,
      ...standardChoices(settings, spanSeconds),
      holidays: holidays && {
        country: holidays.country,
        state: holidays.region,
        priorScale: holidays.priorScale,
      },
    },
  };
}

/** Prophet has one prior scale for its standard seasonalities: one with a different scale becomes a custom seasonality. */
function standardChoices({ seasonalities }: ModelSettings, spanSeconds: number): StandardChoices {
  const choices: Record<'daily' | 'weekly' | 'yearly', SeasonalityChoice> = {
    daily: false,
    weekly: false,
    yearly: false,
  };
  const custom: CustomSeasonality[] = seasonalities.custom.map(({ name, periodSeconds, ...rest }) => ({
    name,
    periodSeconds,
    order: rest.fourierOrder,
    priorScale: rest.priorScale,
  }));
  for (const { name, periodSeconds, leastSpanSeconds } of standardSeasonalities) {
    const { use, fourierOrder, priorScale } = seasonalities[name];
    if (use === 'never' || (use === 'auto' && spanSeconds < leastSpanSeconds)) continue;
    if (priorScale === seasonalities.daily.priorScale) choices[name] = fourierOrder;
    else custom.push({ name: `${name}-rhythm`, periodSeconds, order: fourierOrder, priorScale });
  }
  return { ...choices, seasonalities: custom };
}
