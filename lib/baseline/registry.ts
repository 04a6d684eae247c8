import type { BaselineModel } from './baseline-model.ts';
import { prophetBaseline } from './prophet-baseline.ts';
import { seasonalNaive } from './seasonal-naive.ts';

/** Every baseline model that a configuration may name: a new one is a file and a line here. */
export const baselineModels = {
  prophet: prophetBaseline,
  'seasonal-naive': seasonalNaive,
} as const satisfies Record<string, BaselineModel<unknown>>;
