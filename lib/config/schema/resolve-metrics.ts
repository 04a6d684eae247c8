import type * as z from 'zod';
import type { detectionSchema } from './detection.ts';
import type { metricsSchema } from './metrics.ts';
import type { modelSchema } from './model.ts';
import type { limitsSchema } from './operation.ts';
import type { scheduleSchema } from './schedule.ts';

interface Sections {
  readonly metrics: z.output<typeof metricsSchema>;
  readonly schedule: z.output<typeof scheduleSchema>;
  readonly detection: z.output<typeof detectionSchema>;
  readonly model: z.output<typeof modelSchema>;
  readonly limits: z.output<typeof limitsSchema>;
}

/** The settings with the overrides that were written; nested mappings merge key by key. */
function overlay<Settings extends object>(settings: Settings, overrides: object): Settings {
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(settings));
  for (const [key, value] of Object.entries(overrides)) {
    if (value === undefined) continue;
    const below = result[key];
    const isMapping = (thing: unknown): thing is object =>
      typeof thing === 'object' && thing !== null && !Array.isArray(thing);
    result[key] = isMapping(below) && isMapping(value) ? overlay(below, value) : value;
  }
  return result as Settings;
}

/** Gives every metric its complete detection and model settings: its own merged over those of all metrics. */
export function resolveMetrics({ metrics, schedule, detection, model, limits }: Sections) {
  return metrics.map((metric) => ({
    ...metric,
    query: metric.query ?? metric.name,
    stepSeconds: metric.stepSeconds ?? schedule.stepSeconds,
    seriesLimit: metric.seriesLimit ?? limits.seriesPerMetric,
    detection: overlay(detection, metric.detection),
    model: overlay(model, metric.model),
  }));
}
