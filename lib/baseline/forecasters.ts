import type { BaselineForecaster } from './baseline-model.ts';
import { prophetForecaster } from './prophet-forecaster.ts';
import { seasonalNaive } from './seasonal-naive.ts';

/**
 * All baseline models, as the tick uses them: to add one, write a file and a line here. Nothing here may
 * import an optimizer or WASM: registry.ts adds the fits that do.
 */
export const baselineForecasters = {
  prophet: prophetForecaster,
  'seasonal-naive': seasonalNaive,
} as const satisfies Record<string, BaselineForecaster<unknown>>;

/** The name of a baseline model in configurations and stored models. */
export type BaselineKind = keyof typeof baselineForecasters;

/** Whether an untrusted name is a kind of baseline model. */
export function isBaselineKind(name: unknown): name is BaselineKind {
  return typeof name === 'string' && Object.hasOwn(baselineForecasters, name);
}

/** The forecaster of a kind, for models whose type is known only at run time. */
export function forecasterOf(kind: BaselineKind): BaselineForecaster<unknown> {
  return baselineForecasters[kind];
}
