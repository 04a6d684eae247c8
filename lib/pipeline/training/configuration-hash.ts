import { createHash } from 'node:crypto';
import type { TrainedMetric } from './trained-metric.ts';

/**
 * Hash of what a metric's models are fitted with: query, step, and every setting that changes a fit. 16 hexadecimal
 * digits, independent of the order of keys. Schedule and promotion settings are left out: they do not change a fit.
 */
export function configurationHash({ query, monitor, settings }: TrainedMetric): string {
  const { retrain: _, promotion: __, keepVersions: ___, exclude: ____, ...fit } = settings;
  return createHash('sha256')
    .update(JSON.stringify(sorted({ query, sampleStepSeconds: monitor.stepSeconds, ...fit })))
    .digest('hex')
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
