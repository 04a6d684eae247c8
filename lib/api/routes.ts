import type { Route } from './route.ts';
import { giveFeedback } from './routes/give-feedback.ts';
import { readEvaluation } from './routes/read-evaluation.ts';
import { readModels } from './routes/read-models.ts';
import { readRetraining } from './routes/read-retraining.ts';
import { rollBackModel } from './routes/roll-back-model.ts';
import { startEvaluation } from './routes/start-evaluation.ts';
import { startRetraining } from './routes/start-retraining.ts';

/** All routes of the API. */
export const routes: readonly Route[] = [
  startRetraining,
  readRetraining,
  readModels,
  rollBackModel,
  startEvaluation,
  readEvaluation,
  giveFeedback,
];
