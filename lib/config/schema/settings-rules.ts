import { shown } from './fields.ts';
import type { resolveMetrics } from './resolve-metrics.ts';
import type { Refusal } from './rule.ts';

type Settings = Pick<ReturnType<typeof resolveMetrics>[number], 'detection' | 'model'>;

function detectionRefusals({ persistence, domain }: Settings['detection']): Refusal[] {
  const refusals: Refusal[] = [];
  const { hits, window } = persistence;
  if (hits > window) {
    refusals.push({
      path: ['detection', 'persistence', 'hits'],
      message: `is ${hits}, more than the window of ${window === 1 ? '1 point' : `${window} points`}`,
      allowed: 'hits <= window',
      suggestion: `write window: ${hits}, or hits: ${window}`,
    });
  }
  const { minimum, maximum } = domain;
  if (minimum !== undefined && maximum !== undefined && minimum >= maximum) {
    refusals.push({
      path: ['detection', 'domain', 'minimum'],
      message: `is ${minimum}, not less than the maximum ${maximum}`,
      allowed: 'minimum < maximum',
      suggestion:
        minimum > maximum ? `write minimum: ${maximum} and maximum: ${minimum}` : 'leave one of them out',
    });
  }
  return refusals;
}

function modelRefusals(model: Settings['model']): Refusal[] {
  const refusals: Refusal[] = [];
  const history = shown(model.historySeconds);
  if (model.growth === 'logistic' && model.capacity === undefined) {
    refusals.push({
      path: ['model', 'growth'],
      message: 'is logistic, which needs a capacity',
      suggestion: 'add for example capacity: { cap: 100 }, or write growth: linear',
    });
  }
  if (model.historySeconds < 20 * model.stepSeconds) {
    refusals.push({
      path: ['model', 'step'],
      message: `is ${shown(model.stepSeconds)}, which leaves fewer than 20 points in a history of ${history}`,
      suggestion: 'write a shorter step or a longer history',
    });
  }
  if (model.minimumHistorySeconds > model.historySeconds) {
    refusals.push({
      path: ['model', 'minimumHistory'],
      message: `is ${shown(model.minimumHistorySeconds)}, more than the history of ${history}: nothing would ever be fitted`,
      allowed: 'minimumHistory <= history',
    });
  }
  if (model.promotion.holdoutSeconds >= model.historySeconds) {
    refusals.push({
      path: ['model', 'promotion', 'holdout'],
      message: `is ${shown(model.promotion.holdoutSeconds)}, which leaves nothing to fit in a history of ${history}`,
      allowed: 'holdout < history',
    });
  }
  return refusals;
}

/** The rules between detection and model settings, of all metrics or of one. */
export function settingsRefusals({ detection, model }: Settings): Refusal[] {
  return [...detectionRefusals(detection), ...modelRefusals(model)];
}

/** A step that differs from the schedule's must still fit its ticks. */
export function stepRefusals(stepSeconds: number, intervalSeconds: number): Refusal[] {
  if (intervalSeconds % stepSeconds === 0 || stepSeconds % intervalSeconds === 0) return [];
  return [
    {
      path: ['step'],
      message: `is ${shown(stepSeconds)}, which is neither a divisor nor a multiple of the interval of ${shown(intervalSeconds)}`,
      allowed: 'a divisor or a multiple of schedule.interval',
      suggestion: `write ${shown(Math.max(1, Math.round(stepSeconds / intervalSeconds)) * intervalSeconds)}`,
    },
  ];
}
