import type * as z from 'zod';
import { resolveMetrics } from './resolve-metrics.ts';
import { copyRefusals } from './results.ts';
import { refuse } from './rule.ts';
import { settingsRefusals, stepRefusals } from './settings-rules.ts';

type Sections = Parameters<typeof resolveMetrics>[0] & {
  readonly source: { readonly kind: string };
  readonly results: Parameters<typeof copyRefusals>[0];
  readonly resultCopies: Parameters<typeof copyRefusals>[1];
  readonly maintenance: readonly { readonly metrics?: readonly string[] | undefined }[];
};

/** Checks the rules between sections, each once the sections that it reads have no problems themselves. */
export function checkWholeConfiguration(_: unknown, context: z.core.$RefinementCtx<Sections>): void {
  const broken = context.issues.map(({ path }) => path ?? []);
  const isSound = (...start: PropertyKey[]) =>
    !broken.some(
      (path) => path.length > 0 && start.every((part, index) => path[index] === part || index >= path.length),
    );
  const value = context.value;
  if (typeof value !== 'object' || value === null || !Array.isArray(value.metrics)) return;
  if (isSound('results') && isSound('resultCopies'))
    for (const refusal of copyRefusals(value.results, value.resultCopies)) refuse(context, refusal);
  const sections = ['schedule', 'detection', 'model', 'limits'] as const;
  const areSettingsSound = sections.every((section) => isSound(section));
  const shared = areSettingsSound ? settingsRefusals(value) : [];
  for (const refusal of shared) refuse(context, refusal);

  for (const [index, metric] of value.metrics.entries()) {
    if (!isSound('metrics', index)) continue;
    if (metric.query === undefined && isSound('source') && value.source.kind === 'prometheus') {
      refuse(context, {
        path: ['metrics', index, 'query'],
        message: 'is missing',
        allowed: 'a PromQL query, since the source is Prometheus',
        // It may be meant for a metric of another layer or a preset.
        found: metric.name,
        names: value.metrics.flatMap((other) => (other?.query === undefined ? [] : other.name)),
        suggestion: `add for example query: ${metric.name.replaceAll(/[.-]/g, '_')}`,
      });
    }
    if (!areSettingsSound) continue;
    const [resolved] = resolveMetrics({ ...value, metrics: [metric] });
    // Faults of the settings of all metrics are reported there, not again for each metric.
    const own = settingsRefusals(resolved!).filter(
      ({ message }) => !shared.some((refusal) => refusal.message === message),
    );
    const steps =
      metric.stepSeconds === undefined
        ? []
        : stepRefusals(metric.stepSeconds, value.schedule.intervalSeconds);
    for (const refusal of [...own, ...steps]) {
      refuse(context, { ...refusal, path: ['metrics', index, ...refusal.path] });
    }
  }

  if (!isSound('maintenance')) return;
  const names = value.metrics.map((metric) => metric?.name).filter((name) => typeof name === 'string');
  for (const [index, window] of value.maintenance.entries()) {
    for (const [at, name] of (window.metrics ?? []).entries()) {
      if (names.includes(name)) continue;
      context.addIssue({
        code: 'custom',
        path: ['maintenance', index, 'metrics', at],
        message: 'is not the name of a metric',
        params: { names, allowed: `one of ${names.slice(0, 10).join(', ')}` },
      });
    }
  }
}
