import type { BaselineModel, BaselineOptions } from '../../baseline/baseline-model.ts';
import type { BaselineKind } from '../../baseline/forecasters.ts';
import { baselineModels } from '../../baseline/registry.ts';
import type { FittedModel } from '../../models/model-set.ts';
import { type FitRefusal, isRefusal } from '../../prophet/refusal.ts';
import type { Samples } from '../../series/samples.ts';
import type { ModelSettings } from './trained-metric.ts';

/** Fits a model of the given kind. @returns the model as it is stored, or the refusal. */
export async function fitBaseline(
  kind: BaselineKind,
  samples: Samples,
  options: BaselineOptions,
  { growth, capacity }: Pick<ModelSettings, 'growth' | 'capacity'>,
): Promise<FittedModel | FitRefusal> {
  const capacities =
    growth === 'logistic' && capacity !== undefined
      ? new Float64Array(samples.values.length).fill(capacity.cap)
      : undefined;
  const baseline: BaselineModel<unknown> = baselineModels[kind];
  const outcome = await baseline.fit({ ...samples, ...(capacities && { capacities }) }, options);
  if (isRefusal(outcome)) return outcome;
  return {
    kind,
    model: outcome,
    skill: baseline.skill(outcome),
    trainedUntilSeconds: baseline.trainedUntilSeconds(outcome),
    carriedFrom: undefined,
  };
}
