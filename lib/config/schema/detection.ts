import * as z from 'zod';
import { duration, section, whole } from './fields.ts';

/** Every detector that a configuration may name. */
export const detectorNames = ['rarity', 'ewma-chart', 'interval-rule', 'interval-ratio'] as const;

const knobs = {
  detector: z
    .enum(detectorNames)
    .describe(
      'What scores: rarity (the default), or the simple alternatives it is compared to: ewma-chart (control chart), interval-rule (outside the model band) and interval-ratio.',
    ),
  falseAlertsPerWeek: z
    .number()
    .gt(0)
    .max(10_080)
    .describe(
      'The false alerts per series and week that you accept. The threshold follows: 0.2 is one in five weeks.',
    ),
  direction: z.enum(['both', 'up', 'down']).describe('Which way a value must go to matter.'),
  refractory: duration('From one alert at least this long to the next', { maximum: '30d' }),
  quiet: duration('An incident is over after this long of calm, and never before 5 steps', {
    maximum: '30d',
  }),
};
const deviation = {
  absolute: z.number().min(0).describe('In the unit of the value.'),
  relative: z.number().min(0).describe('As a share of the level: 0.1 is 10 %.'),
};
/** The detector remembers of 32 points whether they were hits, whatever the knob says: so it may change at any time. */
const MAXIMUM_PERSISTENCE = 32;
const persistence = {
  hits: whole('So many anomalous points ...', 1, MAXIMUM_PERSISTENCE),
  window: whole('... among the last so many points make an onset.', 1, MAXIMUM_PERSISTENCE),
};
const domain = section({
  minimum: z.number().optional().describe('No value can be less.'),
  maximum: z.number().optional().describe('No value can be more.'),
});
const describe = {
  minimumDeviation: 'A deviation from the expected value that is smaller than either is never an alert.',
  domain: 'Values outside are impossible: they are reported as out of domain and never learnt.',
  persistence: 'How many anomalous points it takes. More calm costs delay.',
};

/** The knobs of detection, for all metrics. Changing one needs neither a retrain nor a new state. */
export const detectionSchema = section({
  detector: knobs.detector.default('rarity'),
  falseAlertsPerWeek: knobs.falseAlertsPerWeek.default(1),
  direction: knobs.direction.default('both'),
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
  refractory: knobs.refractory.prefault('6h'),
  quiet: knobs.quiet.prefault('30m'),
});

/** The knobs that one metric turns for itself; the others are those of all metrics. */
export const detectionOverridesSchema = section({
  detector: knobs.detector.optional(),
  falseAlertsPerWeek: knobs.falseAlertsPerWeek.optional(),
  direction: knobs.direction.optional(),
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
  refractory: knobs.refractory.optional(),
  quiet: knobs.quiet.optional(),
});
