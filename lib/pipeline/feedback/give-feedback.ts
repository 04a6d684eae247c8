import type { Feedback, FeedbackJudgement } from '../../models/feedback.ts';
import type { FeedbackStore } from '../../models/feedback-store.ts';
import type { AlertHistory, RecordedIncident } from '../../results/alert-history.ts';
import { UnknownAlertError } from '../errors.ts';

/** What a person says of an alert. */
export interface GivenFeedback {
  /** Of the incident, or of any of its news; its beginning is enough when no other begins so. */
  readonly alertId: string;
  readonly judgement: FeedbackJudgement;
  readonly note?: string | undefined;
  /** Now, Unix seconds. */
  readonly timeSeconds: number;
}

/** So far back alerts are looked up. */
const FEEDBACK_DAYS = 90;
/** A shorter beginning of an id is more likely a mistake than meant. */
const SHORTEST_ID = 6;

/**
 * Keeps what a person says of an alert that was told.
 *
 * @throws NoSuchAlertError when no alert of the last 90 days has that id, or several do.
 * @throws ResultsUnavailableError when the alerts can't be read.
 * @throws UnreadableFeedbackError when what was said before can't be read.
 */
export async function giveFeedback(
  alerts: AlertHistory,
  store: FeedbackStore,
  { alertId, judgement, note, timeSeconds }: GivenFeedback,
): Promise<Feedback> {
  const incidents = await alerts.incidents(timeSeconds - FEEDBACK_DAYS * 86_400);
  const { incidentId, metric, labels, onsetSeconds, endSeconds } = incidentCalled(alertId, incidents);
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

function incidentCalled(id: string, incidents: readonly RecordedIncident[]): RecordedIncident {
  if (id.length < SHORTEST_ID)
    throw new UnknownAlertError(
      `"${id}" is too short for the id of an alert: give at least ${SHORTEST_ID} characters`,
    );
  const found = incidents.filter(({ incidentId, notificationIds }) =>
    [incidentId, ...notificationIds].some((known) => known.startsWith(id)),
  );
  const [only, ...others] = found;
  if (only === undefined)
    throw new UnknownAlertError(
      `No alert of the last ${FEEDBACK_DAYS} days has the id "${id}": "tidemark feedback list" shows those that there are`,
    );
  if (others.length > 0)
    throw new UnknownAlertError(`The ids of ${found.length} alerts begin with "${id}": give more of it`);
  return only;
}
