import type { Champion } from '../models/champions.ts';
import type { Feedback } from '../models/feedback.ts';
import type { EvaluationRequest } from './evaluation/evaluation-request.ts';
import type { FoundEvaluation } from './evaluation/find-evaluation.ts';
import type { GivenFeedback } from './feedback/give-feedback.ts';
import type { ModelVersions } from './models/model-versions.ts';
import type { Retraining } from './retrain/find-retrain.ts';
import type { RetrainRequest } from './retrain/start-retrain.ts';

/** The use cases behind the API routes, wired. */
export interface ApiServices {
  readonly retrainings: {
    /** @throws UnknownMetricError, IdempotencyKeyReusedError */
    start(request: RetrainRequest): Promise<string>;
    /** @throws UnknownRunError */
    find(id: string): Promise<Retraining>;
  };
  readonly evaluations: {
    /** @throws UnknownMetricError, InvalidRequestError, IdempotencyKeyReusedError */
    start(request: EvaluationRequest, idempotencyKey: string | undefined): Promise<string>;
    /** @throws UnknownRunError */
    find(id: string): Promise<FoundEvaluation>;
  };
  readonly feedback: {
    /** @throws UnknownAlertError, ResultsUnavailableError */
    give(feedback: Omit<GivenFeedback, 'timeSeconds'>): Promise<Feedback>;
  };
  readonly models: {
    /** @throws UnknownMetricError */
    versionsOf(metric: string): Promise<ModelVersions>;
    /** @throws UnknownMetricError, NoSuchModelVersionError */
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}
