import type { Feedback, FeedbackJudgement } from '../../models/feedback.ts';
import type { FeedbackStore } from '../../models/feedback-store.ts';
import type { AlertHistory, RecordedIncident } from '../../results/alert-history.ts';
import { UnknownAlertError } from '../errors.ts';

/** A person's judgement of an alert. */
export interface GivenFeedback {
  /** Id of the incident or of one of its notifications; a unique prefix is enough. */
  readonly alertId: string;
  readonly judgement: FeedbackJudgement;
  readonly note?: string | undefined;
  /** Now, Unix seconds. */
  readonly timeSeconds: number;
}

/** How many days back alerts are looked up. */
const FEEDBACK_DAYS = 90;
/** A shorter prefix is probably a mistake. */
const SHORTEST_ID = 6;

/**
 * Saves a person's judgement of an alert.
 *
 * @throws UnknownAlertError when no alert of the last 90 days has this id, or several do.
 * @throws ResultsUnavailableError when the alerts cannot be read.
 * @throws UnreadableFeedbackError when earlier feedback cannot be read.
 */
export async function giveFeedback(
  alerts: AlertHistory,
  store: FeedbackStore,
  { alertId, judgement, note, timeSeconds }: GivenFeedback,
): Promise<Feedback> {
  const incidents = await alerts.incidents(timeSeconds - FEEDBACK_DAYS * 86_400);
  const { incidentId, metric, labels, onsetSeconds, endSeconds } = incidentOf(alertId, incidents);
  const feedback: Feedback = {
    incidentId,
    metric,
    labels,
    startSeconds: onsetSeconds,
    endSeconds,
    judgement,
    ...(note === undefined ? {} : { note }),
    givenAtSeconds: Math.floor(timeSeconds),
  };
  await store.give(feedback);
  return feedback;
}

function incidentOf(id: string, incidents: readonly RecordedIncident[]): RecordedIncident {
  if (id.length < SHORTEST_ID)
    throw new UnknownAlertError(`The alert id "${id}" is too short: give at least ${SHORTEST_ID} characters`);
  const found = incidents.filter(({ incidentId, notificationIds }) =>
    [incidentId, ...notificationIds].some((known) => known.startsWith(id)),
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw new UnknownAlertError(
      `No alert of the last ${FEEDBACK_DAYS} days has the id "${id}": "tidemark feedback list" shows the ids`,
    );
  if (others.length > 0)
    throw new UnknownAlertError(`The ids of ${found.length} alerts start with "${id}": give more characters`);
  return only;
}
