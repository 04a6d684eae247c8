import * as z from 'zod';
import { cron, duration, instant, section, text, timeZone, whole, within } from './fields.ts';
import { refuse } from './rule.ts';

/** Model settings that a metric may override. */
const settings = {
  kind: z
    .enum(['prophet', 'seasonal-naive'])
    .describe('What is fitted: Prophet, or the value of the same time last week (a simple alternative).'),
  history: duration('How much history a fit uses', { minimum: '1d', maximum: '1095d' }),
  step: duration('The history is resampled to this step before a fit', { minimum: '10s', maximum: '1d' }),
  aggregation: z
    .enum(['mean', 'median', 'minimum', 'maximum', 'last'])
    .describe('How the samples of a step are combined.'),
  growth: z
    .enum(['linear', 'flat', 'logistic'])
    .describe('The shape of the trend. logistic needs a capacity.'),
  seasonalityMode: z
    .enum(['additive', 'multiplicative'])
    .describe('multiplicative: seasonality grows with the level.'),
  intervalWidth: z.number().gt(0).lt(1).describe("The fraction of normal values inside the model's band."),
};
const capacity = section({
  floor: z.number().default(0).describe('The lowest possible value.'),
  cap: z.number().describe('The highest possible value.'),
}).superRefine(({ floor, cap }, context) => {
  if (floor < cap) return;
  refuse(context, {
    path: ['floor'],
    message: `is ${floor}, not below the cap ${cap}`,
    allowed: 'floor < cap',
  });
});
const priorScale = z.number().gt(0).max(1000).describe('How freely it follows the data; smaller is stiffer.');
const seasonality = (fourierOrder: number, period: string) =>
  section({
    use: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe(`auto: when the history holds at least two ${period}s.`),
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
  daily: seasonality(10, 'day').prefault({}).describe('Daily seasonality.'),
  weekly: seasonality(3, 'week').prefault({}).describe('Weekly seasonality.'),
  yearly: seasonality(10, 'year').prefault({}).describe('Yearly seasonality.'),
  custom: z
    .array(customSeasonality)
    .default([])
    .describe('Other seasonalities, such as a batch job every 8 hours.'),
});
const holidaysSchema = section({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters (ISO 3166), such as DE or US')
    .describe('Two letters (ISO 3166): DE, US.'),
  region: z.string().min(1).max(10).optional().describe('A state or province, such as BY or CA.'),
  timezone: timeZone('Time zone of the holidays.').default('UTC'),
  priorScale: priorScale.default(10),
});

/** What is fitted, and when a new fit is promoted. */
export const modelSchema = section({
  kind: settings.kind.default('prophet'),
  history: settings.history.prefault('14d'),
  minimumHistory: duration("With less history a series uses the detector's own baseline", {
    minimum: '1h',
    maximum: '1095d',
  }).prefault('2d'),
  step: settings.step.prefault('5m'),
  aggregation: settings.aggregation.default('mean'),
  growth: settings.growth.default('linear'),
  capacity: capacity.optional().describe('The bounds of logistic growth.'),
  changepoints: section({
    number: whole('The number of possible changes of trend.', 0, 500).default(25),
    range: z.number().gt(0).max(1).default(0.8).describe('They lie in this first fraction of the history.'),
    priorScale: priorScale.default(0.05),
  })
    .prefault({})
    .describe('How the trend may change.'),
  seasonalityMode: settings.seasonalityMode.default('additive'),
  seasonalities: seasonalitiesSchema.prefault({}).describe('The seasonalities.'),
  holidays: holidaysSchema.optional().describe('Public holidays; none unless a country is named.'),
  intervalWidth: settings.intervalWidth.default(0.95),
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
    .describe('Windows of false data or incidents that fits leave out.'),
  retrain: section({
    at: cron('When models are retrained.').default('0 3 * * *'),
    timezone: timeZone('Time zone of `at`.').default('UTC'),
  })
    .prefault({})
    .describe('The nightly retraining.'),
  promotion: section({
    holdout: duration('The held-out end of the history on which candidate and champion are compared', {
      minimum: '1h',
      maximum: '90d',
    }).prefault('1d'),
    coverageMargin: within("How much lower the candidate's coverage may be.", 0, 1).default(0.02),
    errorMargin: within("How much larger the candidate's error may be, as a fraction.", 0, 1).default(0.05),
    falseAlertsMargin: within(
      'How many more false alerts per series and week the candidate may raise.',
      0,
      1000,
    ).default(0.25),
  })
    .prefault({})
    .describe('How much worse a candidate may be and still replace the champion.'),
  keepVersions: whole('How many versions are kept for a rollback.', 2, 1000).default(30),
});

/** Model settings of one metric; the rest comes from those of all metrics. */
export const modelOverridesSchema = section({
  kind: settings.kind.optional(),
  history: settings.history.optional(),
  step: settings.step.optional(),
  aggregation: settings.aggregation.optional(),
  growth: settings.growth.optional(),
  capacity: capacity.optional().describe('The bounds of logistic growth.'),
  seasonalityMode: settings.seasonalityMode.optional(),
  seasonalities: seasonalitiesSchema.optional().describe('The seasonalities; replaces those of all metrics.'),
  holidays: holidaysSchema.optional().describe('Public holidays.'),
  intervalWidth: settings.intervalWidth.optional(),
});
