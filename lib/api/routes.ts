import type { Route } from './route.ts';
import { readModels } from './routes/read-models.ts';
import { rollBackModel } from './routes/roll-back-model.ts';

/** All that the API can be asked. */
export const routes: readonly Route[] = [readModels, rollBackModel];
