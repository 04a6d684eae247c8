import type { BaselineForecaster } from './baseline-model.ts';
import { prophetForecaster } from './prophet-forecaster.ts';
import { seasonalNaive } from './seasonal-naive.ts';

/**
 * Every kind of baseline model, as the tick uses it: a new one is a file and a line here. Nothing here may import an
 * optimizer or WASM: registry.ts adds the fits that do.
 */
export const baselineForecasters = {
  prophet: prophetForecaster,
  'seasonal-naive': seasonalNaive,
} as const satisfies Record<string, BaselineForecaster<unknown>>;

/** The name of a kind of baseline model, as configurations and stored models use it. */
export type BaselineKind = keyof typeof baselineForecasters;

/** Whether a name from outside the program is a kind of baseline model. */
export function isBaselineKind(name: unknown): name is BaselineKind {
  return typeof name === 'string' && Object.hasOwn(baselineForecasters, name);
}

/** The forecaster of a kind, for models whose type is only known by it. */
export function forecasterOf(kind: BaselineKind): BaselineForecaster<unknown> {
  return baselineForecasters[kind];
}
