import type { FaultKind } from '../fault.ts';
import { faultyAnswers } from './faulty-answers.ts';
import { faultyProgram } from './faulty-program.ts';
import { faultyResults } from './faulty-results.ts';
import { slowSource } from './slow-source.ts';
import { unsteadyData } from './unsteady-data.ts';
import { wrongClocks } from './wrong-clocks.ts';

/** Every kind of fault that worlds are made of. A new one is an entry of one of these lists. */
export const faultKinds: readonly FaultKind[] = [
  ...slowSource,
  ...faultyAnswers,
  ...unsteadyData,
  ...wrongClocks,
  ...faultyResults,
  ...faultyProgram,
];
