import type { HttpAnswer, PostRequest } from '../../../../lib/connections/http-transport.ts';
import { type Fault, isActive } from '../fault.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { sendReply, soundReply } from './reply.ts';
import type { RetryAfterWatch } from './retry-after-watch.ts';

/** What a person has been notified of one incident. */
export interface NotifiedIncident {
  readonly metric: string;
  readonly instance: string;
  readonly startsSeconds: number;
  /** When it was first notified, Unix seconds. */
  readonly firstSeconds: number;
  /** When its end was first notified; undefined while it fires. */
  resolvedSeconds: number | undefined;
}

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** An Alertmanager, by its API v2; faults change what it says. */
export class AlertmanagerInProcess {
  /** By the id of the incident. */
  readonly incidents = new Map<string, NotifiedIncident>();
  readonly #faults: readonly Fault[];
  readonly #clock: VirtualClock;
  readonly #retryAfter: RetryAfterWatch;

  constructor(faults: readonly Fault[], clock: VirtualClock, retryAfter: RetryAfterWatch) {
    this.#faults = faults;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
  }

  /** @param caller the container that posts. */
  async post({ body: posted, signal }: PostRequest, caller: number): Promise<HttpAnswer> {
    const body = posted.toString();
    signal.throwIfAborted();
    const now = this.#clock.nowSeconds();
    const reply = soundReply(now);
    for (const fault of this.#faults) if (isActive(fault, now)) fault.onAlerts?.(reply);
    this.#retryAfter.asked('Alertmanager', caller, body);
    const answer = await sendReply(reply, () => '{}', signal, this.#clock);
    this.#retryAfter.answered('Alertmanager', caller, body, reply, 0);
    if (reply.status === 200) for (const alert of JSON.parse(body) as PostedAlert[]) this.#take(alert, now);
    return answer;
  }

  #take({ labels, annotations, startsAt, endsAt }: PostedAlert, now: number): void {
    // Of a silent metric people are notified in other ways too: it is no incident of a series.
    if (labels.alertname !== 'TidemarkAnomaly') return;
    const id = annotations.incident ?? '';
    const known = this.incidents.get(id) ?? {
      metric: labels.metric ?? '',
      instance: labels.instance ?? '',
      startsSeconds: Date.parse(startsAt) / 1000,
      firstSeconds: now,
      resolvedSeconds: undefined,
    };
    if (Date.parse(endsAt) / 1000 <= now) known.resolvedSeconds ??= now;
    this.incidents.set(id, known);
  }
}
