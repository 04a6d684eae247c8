import * as z from 'zod';
import { duration, section, whole } from './fields.ts';

/** All detectors that a configuration may name. */
export const detectorNames = ['rarity', 'ewma-chart', 'interval-rule', 'interval-ratio'] as const;

const settings = {
  detector: z
    .enum(detectorNames)
    .describe(
      'The detector: rarity (the default), or a simple alternative for comparison: ewma-chart (control chart), interval-rule (outside the model band) or interval-ratio.',
    ),
  falseAlertsPerWeek: z
    .number()
    .gt(0)
    .max(10_080)
    .describe(
      'How many false alerts per series and week you accept; sets the threshold. 0.2 is one in five weeks.',
    ),
  direction: z.enum(['both', 'up', 'down']).describe('Which direction of deviation matters.'),
  refractory: duration('Minimum time from one alert to the next', { maximum: '30d' }),
  quiet: duration('An incident is resolved after this long without anomalies, and never before 5 steps', {
    maximum: '30d',
  }),
};
const deviation = {
  absolute: z.number().min(0).describe('In the unit of the value.'),
  relative: z.number().min(0).describe('As a fraction of the level: 0.1 is 10 %.'),
};
/** The detector always stores the last 32 points as hit or miss, so the setting may change at any time. */
const MAXIMUM_PERSISTENCE = 32;
const persistence = {
  hits: whole('The number of anomalous points ...', 1, MAXIMUM_PERSISTENCE),
  window: whole('... among this many latest points that open an incident.', 1, MAXIMUM_PERSISTENCE),
};
const domain = section({
  minimum: z.number().optional().describe('The lowest possible value.'),
  maximum: z.number().optional().describe('The highest possible value.'),
});
const describe = {
  minimumDeviation: 'Deviations from the expected value smaller than either never raise an alert.',
  domain: 'Values outside are impossible: they are reported as out of domain and never learned.',
  persistence: 'How many anomalous points open an incident. More means fewer alerts, later.',
};

/** Detection settings for all metrics. Changing one needs no retraining and keeps the state. */
export const detectionSchema = section({
  detector: settings.detector.default('rarity'),
  falseAlertsPerWeek: settings.falseAlertsPerWeek.default(1),
  direction: settings.direction.default('both'),
  minimumDeviation: section({
    absolute: deviation.absolute.default(0),
    relative: deviation.relative.default(0),
  })
    .prefault({})
    .describe(describe.minimumDeviation),
  domain: domain.prefault({}).describe(describe.domain),
  persistence: section({ hits: persistence.hits.default(1), window: persistence.window.default(1) })
    .prefault({})
    .describe(describe.persistence),
  refractory: settings.refractory.prefault('6h'),
  quiet: settings.quiet.prefault('30m'),
});

/** Detection settings that one metric overrides. */
export const detectionOverridesSchema = section({
  detector: settings.detector.optional(),
  falseAlertsPerWeek: settings.falseAlertsPerWeek.optional(),
  direction: settings.direction.optional(),
  minimumDeviation: section({
    absolute: deviation.absolute.optional(),
    relative: deviation.relative.optional(),
  })
    .optional()
    .describe(describe.minimumDeviation),
  domain: domain.optional().describe(describe.domain),
  persistence: section({ hits: persistence.hits.optional(), window: persistence.window.optional() })
    .optional()
    .describe(describe.persistence),
  refractory: settings.refractory.optional(),
  quiet: settings.quiet.optional(),
});
