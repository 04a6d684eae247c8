import { changeObject } from '../storage/change-object.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';
import { UnreadableFeedbackError } from './errors.ts';
import { decodeFeedback, encodeFeedback, type Feedback } from './feedback.ts';
import { metricFolder } from './metric-folder.ts';

const ROOT = 'feedback/';
const EXTENSION = '.json';

/** Feedback on alerts, in an object store: one object per metric, changed by compare-and-swap. */
export class FeedbackStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * Saves feedback; the latest on an incident counts. Feedback given at the same time is kept too.
   *
   * @throws UnreadableFeedbackError when the stored feedback cannot be read; it is left unchanged.
   */
  async give(feedback: Feedback): Promise<void> {
    const key = keyOf(feedback.metric);
    await changeObject(this.#objects, key, (stored) => {
      const others = readFeedback(key, stored).filter(({ incidentId }) => incidentId !== feedback.incidentId);
      return encodeFeedback(
        [...others, feedback].sort((one, other) => one.startSeconds - other.startSeconds),
      );
    });
  }

  /**
   * The feedback on one metric's alerts, in order of onset.
   *
   * @throws UnreadableFeedbackError
   */
  async of(metric: string): Promise<Feedback[]> {
    const key = keyOf(metric);
    return readFeedback(key, await this.#objects.get(key));
  }

  /**
   * The feedback on all alerts, by metric and then by onset.
   *
   * @throws UnreadableFeedbackError
   */
  async all(): Promise<Feedback[]> {
    const keys = (await this.#objects.list(ROOT)).filter((key) => key.endsWith(EXTENSION));
    const read = keys.map(async (key) => readFeedback(key, await this.#objects.get(key)));
    return (await Promise.all(read)).flat();
  }
}

function keyOf(metric: string): string {
  return `${ROOT}${metricFolder(metric)}${EXTENSION}`;
}

function readFeedback(key: string, stored: StoredObject | undefined): Feedback[] {
  if (stored === undefined) return [];
  const feedback = decodeFeedback(stored.bytes);
  if (feedback === undefined) throw new UnreadableFeedbackError(key);
  return feedback;
}
