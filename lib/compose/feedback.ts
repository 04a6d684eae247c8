import type { Configuration } from '../config/schema.ts';
import { FeedbackStore } from '../models/feedback-store.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The store of feedback on alerts. */
export function composeFeedback(configuration: Configuration, runtime: RuntimeContext): FeedbackStore {
  return new FeedbackStore(composeObjects(configuration, runtime));
}
