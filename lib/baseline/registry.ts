import type { BaselineModel } from './baseline-model.ts';
import { baselineForecasters } from './forecasters.ts';
import { prophetBaseline } from './prophet-baseline.ts';

/** All baseline models that a configuration may name, with their fits. */
export const baselineModels = {
  ...baselineForecasters,
  prophet: prophetBaseline,
} as const satisfies Record<keyof typeof baselineForecasters, BaselineModel<unknown>>;
