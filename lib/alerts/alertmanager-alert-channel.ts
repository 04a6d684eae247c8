import type { Authorization } from '../connections/authorization.ts';
import type { Connection } from '../connections/connection.ts';
import type { HttpTransport } from '../connections/http-transport.ts';
import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  retry,
  retryAfterMilliseconds,
} from '../connections/retry.ts';
import { endsIncident } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';
import { type AlertContext, alertTitle, isoTime } from './alert-text.ts';
import { alertmanagerLabels } from './alertmanager-labels.ts';
import { AlertDeliveryError, AlertRequestError } from './errors.ts';

/** Alertmanager resolves an alert that is not sent again for this many intervals. Source: Prometheus, rules/alerting.go. */
const INTERVALS_UNTIL_OVER = 4;

/** How to reach one Alertmanager. */
export interface AlertmanagerOptions {
  /** Base URL, without `/api/v2`. */
  readonly url: string;
  /** Adds the credentials to a request's headers. No authentication when omitted. */
  readonly authorization?: Authorization;
  /** Timeout of one request; the time left in the environment may shorten it. */
  readonly timeoutMilliseconds: number;
  /** Seconds until a firing alert is sent again; a tick before that does not send it. */
  readonly resendSeconds: number;
  /** Seconds between two ticks. */
  readonly tickSeconds: number;
  /** Labels that every alert carries. */
  readonly labels: Labels;
  readonly context: AlertContext;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
  /** Wall clock, Unix seconds: Alertmanager compares times with its own. */
  readonly nowSeconds: () => number;
  /** Sends the requests. */
  readonly transport: Pick<HttpTransport, 'post'>;
}

/** An alert as API v2 takes it (`postableAlert`). */
interface PostableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/**
 * Sends alerts to a Prometheus Alertmanager. Alertmanager expires alerts that are not sent again, so open incidents are
 * sent every resend interval with an end a few intervals ahead: if Tidemark stops, its alerts resolve.
 */
export class AlertmanagerAlertChannel implements AlertChannel {
  readonly name = 'alertmanager';
  readonly #options: AlertmanagerOptions;
  /** When each open incident was last sent, Unix seconds, by incident id. A new process sends all of them at once. */
  readonly #sentSeconds = new Map<string, number>();

  constructor(options: AlertmanagerOptions) {
    this.#options = options;
  }

  async publish(alerts: readonly Alert[]): Promise<void> {
    // Alertmanager keeps one state per incident: the newest.
    const newest = new Map(alerts.map((alert) => [alert.incidentId, alert]));
    await this.#send([...newest.values()], alerts);
  }

  async refresh(open: readonly Alert[]): Promise<void> {
    const { nowSeconds, resendSeconds } = this.#options;
    const now = nowSeconds();
    // Removes what is due, and with time the resolved incidents of every shard.
    for (const [id, sent] of this.#sentSeconds) if (now - sent >= resendSeconds) this.#sentSeconds.delete(id);
    const due = open.filter(({ incidentId }) => !this.#sentSeconds.has(incidentId));
    await this.#send(due, due);
  }

  /** Sends an empty list, which needs the same permission as sending alerts. */
  async check(): Promise<Connection> {
    try {
      await this.#post([]);
      return { service: this.name, isUp: true, detail: this.#options.url };
    } catch (error) {
      return { service: this.name, isUp: false, detail: messageOf(error) };
    }
  }

  /** @param published the alerts that an error lists as undelivered. */
  async #send(alerts: readonly Alert[], published: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const { retries, environment, nowSeconds } = this.#options;
    const now = nowSeconds();
    const postable = alerts.map((alert) => this.#postable(alert, now));
    try {
      await retry(() => this.#post(postable), adviceOn, retries, environment);
    } catch (error) {
      throw new AlertDeliveryError(messageOf(error), published, { cause: error });
    }
    for (const { incidentId } of alerts) this.#sentSeconds.set(incidentId, now);
  }

  #postable(alert: Alert, nowSeconds: number): PostableAlert {
    const { context, labels, resendSeconds, tickSeconds } = this.#options;
    const { event } = alert;
    const link = context.linkTo(alert);
    const isOver = endsIncident(event.kind);
    const aheadSeconds = INTERVALS_UNTIL_OVER * Math.max(resendSeconds, tickSeconds);
    return {
      labels: alertmanagerLabels(alert, context.environment, labels),
      annotations: {
        summary: alertTitle(alert),
        description: event.explanation,
        incident: alert.incidentId,
      },
      startsAt: isoTime(event.onsetSeconds),
      endsAt: isoTime(isOver ? Math.min(event.verdict.timeSeconds, nowSeconds) : nowSeconds + aheadSeconds),
      ...(link === undefined ? {} : { generatorURL: link }),
    };
  }

  async #post(alerts: readonly PostableAlert[]): Promise<void> {
    const { url, timeoutMilliseconds, authorization, transport, environment } = this.#options;
    const allowed = Math.floor(Math.min(timeoutMilliseconds, environment.remainingMilliseconds()));
    if (allowed <= 0)
      throw new AlertRequestError(`Alertmanager at ${url} was not called: no time is left`, false);
    const signal = AbortSignal.timeout(allowed);
    const unsigned = {
      url: new URL(`${url}/api/v2/alerts`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    };
    let status: number;
    let text: string;
    let waitMilliseconds: number | undefined;
    try {
      const headers = (await authorization?.(unsigned)) ?? unsigned.headers;
      const answer = await transport.post({ ...unsigned, headers, signal });
      status = answer.status;
      waitMilliseconds = retryAfterMilliseconds(answer.header('retry-after'), Date.now());
      text = Buffer.concat(await Array.fromAsync(answer.body)).toString();
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${allowed} ms` : reasonOf(error);
      throw new AlertRequestError(`Alertmanager at ${url} can't be reached: ${reason}`, true, {
        cause: error,
      });
    }
    if (status >= 200 && status < 300) return;
    const advice = status === 401 || status === 403 ? '; check alerts.alertmanager.auth' : '';
    throw new AlertRequestError(
      `Alertmanager at ${url} answered ${status}: ${text.trim().slice(0, 200)}${advice}`,
      status >= 500 || status === 429 || status === 408,
      { retryAfterMilliseconds: waitMilliseconds },
    );
  }
}

function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof AlertRequestError)) return { mayRetry: false };
  return { mayRetry: error.mayPass, waitMilliseconds: error.retryAfterMilliseconds };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
