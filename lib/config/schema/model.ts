import * as z from 'zod';
import { cron, duration, instant, section, text, timeZone, whole, within } from './fields.ts';
import { refuse } from './rule.ts';

/** What a metric may choose for itself. */
const knobs = {
  kind: z
    .enum(['prophet', 'seasonal-naive'])
    .describe('What is fitted: Prophet, or the value of the same time last week (a simple alternative).'),
  history: duration('How much history a fit uses', { minimum: '1d', maximum: '1095d' }),
  step: duration('The history is resampled to this step before a fit', { minimum: '10s', maximum: '1d' }),
  aggregation: z
    .enum(['mean', 'median', 'minimum', 'maximum', 'last'])
    .describe('How the samples of a step become one.'),
  growth: z
    .enum(['linear', 'flat', 'logistic'])
    .describe('The shape of the trend. logistic needs a capacity.'),
  seasonalityMode: z
    .enum(['additive', 'multiplicative'])
    .describe('multiplicative: the rhythm grows with the level.'),
  intervalWidth: z.number().gt(0).lt(1).describe("The share of normal values that the model's band holds."),
};
const capacity = section({
  floor: z.number().default(0).describe('What the value can not fall below.'),
  cap: z.number().describe('What the value can not rise above.'),
}).superRefine(({ floor, cap }, context) => {
  if (floor < cap) return;
  refuse(context, {
    path: ['floor'],
    message: `is ${floor}, not below the cap ${cap}`,
    allowed: 'floor < cap',
  });
});
const priorScale = z
  .number()
  .gt(0)
  .max(1000)
  .describe('How freely it may follow the data; smaller is stiffer.');
const seasonality = (fourierOrder: number, period: string) =>
  section({
    use: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe(`auto: when the history holds two ${period}s.`),
    fourierOrder: whole('Sine and cosine pairs: more follow sharper shapes.', 1, 100).default(fourierOrder),
    priorScale: priorScale.default(10),
  });
const customSeasonality = section({
  name: text('Its name in the decomposition.'),
  period: duration('Its length', { minimum: '10m', maximum: '1095d' }),
  fourierOrder: whole('Sine and cosine pairs.', 1, 100),
  priorScale: priorScale.default(10),
});
const seasonalitiesSchema = section({
  daily: seasonality(10, 'day').prefault({}).describe('The rhythm of the day.'),
  weekly: seasonality(3, 'week').prefault({}).describe('The rhythm of the week.'),
  yearly: seasonality(10, 'year').prefault({}).describe('The rhythm of the year.'),
  custom: z
    .array(customSeasonality)
    .default([])
    .describe('Other rhythms, such as a batch job every 8 hours.'),
});
const holidaysSchema = section({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166), such as DE or US')
    .describe('Two letters (ISO 3166): DE, US.'),
  region: z.string().min(1).max(10).optional().describe('A state or province, such as BY or CA.'),
  timezone: timeZone('In which a day begins and ends.').default('UTC'),
  priorScale: priorScale.default(10),
});

/** What is fitted, and when a fit takes over. */
export const modelSchema = section({
  kind: knobs.kind.default('prophet'),
  history: knobs.history.prefault('14d'),
  minimumHistory: duration('With less history a series keeps the baseline of its detector', {
    minimum: '1h',
    maximum: '1095d',
  }).prefault('2d'),
  step: knobs.step.prefault('5m'),
  aggregation: knobs.aggregation.default('mean'),
  growth: knobs.growth.default('linear'),
  capacity: capacity.optional().describe('The bounds of logistic growth.'),
  changepoints: section({
    number: whole('Places where the trend may bend.', 0, 500).default(25),
    range: z.number().gt(0).max(1).default(0.8).describe('They lie in this first share of the history.'),
    priorScale: priorScale.default(0.05),
  })
    .prefault({})
    .describe('How the trend bends.'),
  seasonalityMode: knobs.seasonalityMode.default('additive'),
  seasonalities: seasonalitiesSchema.prefault({}).describe('The rhythms.'),
  holidays: holidaysSchema.optional().describe('Public holidays; none unless a country is named.'),
  intervalWidth: knobs.intervalWidth.default(0.95),
  exclude: z
    .array(
      section({
        from: instant('The first instant that is left out.'),
        to: instant('The first instant that counts again.'),
        reason: text('Why, for the next reader.').optional(),
      }).superRefine(({ fromSeconds, toSeconds }, context) => {
        if (fromSeconds < toSeconds) return;
        refuse(context, { path: ['to'], message: 'is not after from', allowed: 'from before to' });
      }),
    )
    .default([])
    .describe('Windows of false data or incidents that no fit shall see.'),
  retrain: section({
    at: cron('When models are retrained.').default('0 3 * * *'),
    timezone: timeZone('Of that time.').default('UTC'),
  })
    .prefault({})
    .describe('The nightly retraining.'),
  promotion: section({
    holdout: duration('The held-out end of the history on which candidate and champion meet', {
      minimum: '1h',
      maximum: '90d',
    }).prefault('1d'),
    coverageMargin: within('So much worse may the coverage of the band be.', 0, 1).default(0.02),
    errorMargin: within('So much larger may the error be, as a share.', 0, 1).default(0.05),
    falseAlertsMargin: within('So many more false alerts per series and week.', 0, 1000).default(0.25),
  })
    .prefault({})
    .describe('By how much a candidate may be worse and still replace the champion.'),
  keepVersions: whole('Versions that can be rolled back to.', 2, 1000).default(30),
});

/** What one metric chooses for itself; the rest is that of all metrics. */
export const modelOverridesSchema = section({
  kind: knobs.kind.optional(),
  history: knobs.history.optional(),
  step: knobs.step.optional(),
  aggregation: knobs.aggregation.optional(),
  growth: knobs.growth.optional(),
  capacity: capacity.optional().describe('The bounds of logistic growth.'),
  seasonalityMode: knobs.seasonalityMode.optional(),
  seasonalities: seasonalitiesSchema.optional().describe('The rhythms; replaces those of all metrics.'),
  holidays: holidaysSchema.optional().describe('Public holidays.'),
  intervalWidth: knobs.intervalWidth.optional(),
});
