import * as z from 'zod';

/** The range of every rate in a preset: four scrapes of up to 75 seconds, so that a missed one leaves no gap. */
export const PRESET_RATE_WINDOW = '5m';

const bound = z.number().optional();

const presetMetricSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  /** What it measures. */
  description: z.string().min(1),
  /** What it shows when something is wrong; a comment in the configuration that `init` writes. */
  why: z.string().min(1),
  query: z.string().min(1),
  /** As Grafana names it; a plain number when left out. */
  unit: z.string().optional(),
  /** The labels that its series keep; more would be series that live too short to be learned. */
  labels: z.array(z.string()),
  detection: z.strictObject({
    direction: z.enum(['both', 'up', 'down']),
    domain: z.strictObject({ minimum: bound, maximum: bound }),
    minimumDeviation: z.strictObject({ absolute: bound, relative: bound }).optional(),
  }),
});

/** What a file of config/presets holds: how an exporter is recognised, and which of its metrics are worth watching. */
export const presetSchema = z.strictObject({
  title: z.string().min(1),
  /** The documentation that its names and labels come from. */
  reference: z.url(),
  /** Names of metrics that must all exist. */
  recognisedBy: z.array(z.string()).min(1),
  /** Prefixes of the names that this preset has decided about: what it does not watch is not worth watching. */
  covers: z.array(z.string()).min(1),
  metrics: z.array(presetMetricSchema).min(1),
});

/** The metrics that are worth watching of one exporter or one kind of program. */
export type Preset = z.output<typeof presetSchema>;

/** A metric as a preset describes it. */
export type PresetMetric = Preset['metrics'][number];
