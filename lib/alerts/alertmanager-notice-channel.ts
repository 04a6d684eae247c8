import { noticeTypes } from '../config/events.ts';
import { isoTime } from './alert-text.ts';
import type { AlertmanagerOptions } from './alertmanager-alert-channel.ts';
import { AlertmanagerClient, type PostableAlert } from './alertmanager-client.ts';
import { alertmanagerCommonLabels } from './alertmanager-labels.ts';
import { firingSeconds } from './alertmanager-times.ts';
import { NoticeDeliveryError } from './errors.ts';
import type { Notice, NoticeChannel } from './notice-channel.ts';

/** What is sent, and the installation: production, staging. */
export type AlertmanagerNoticeOptions = Omit<AlertmanagerOptions, 'context'> & {
  readonly installation: string;
};

/**
 * Sends silent metrics to a Prometheus Alertmanager: an alert by the name TidemarkMetricSilent that fires until the
 * metric is scored again. Alertmanager has no place for other notices.
 */
export class AlertmanagerNoticeChannel implements NoticeChannel {
  readonly name = 'alertmanager';
  readonly #options: AlertmanagerNoticeOptions;
  readonly #client: AlertmanagerClient;
  /** When each firing notice was last sent, Unix seconds, by its id. A new process sends all of them at once. */
  readonly #sentSeconds = new Map<string, number>();

  constructor(options: AlertmanagerNoticeOptions) {
    this.#options = options;
    this.#client = new AlertmanagerClient(options);
  }

  async announce(notices: readonly Notice[]): Promise<void> {
    await this.#send(notices.filter(({ kind }) => kind === 'metricSilent' || kind === 'metricRecovered'));
  }

  async refresh(ongoing: readonly Notice[]): Promise<void> {
    const { nowSeconds, resendSeconds } = this.#options;
    const now = nowSeconds();
    for (const [id, sent] of this.#sentSeconds) if (now - sent >= resendSeconds) this.#sentSeconds.delete(id);
    await this.#send(ongoing.filter(({ id }) => !this.#sentSeconds.has(id)));
  }

  async #send(notices: readonly Notice[]): Promise<void> {
    if (notices.length === 0) return;
    const now = this.#options.nowSeconds();
    try {
      await this.#client.post(notices.map((notice) => this.#postable(notice, now)));
    } catch (error) {
      throw new NoticeDeliveryError(error instanceof Error ? error.message : String(error), { cause: error });
    }
    for (const { id } of notices) this.#sentSeconds.set(id, now);
  }

  #postable({ kind, metric, text, timeSeconds }: Notice, nowSeconds: number): PostableAlert {
    const { installation, labels } = this.#options;
    const isOver = kind === 'metricRecovered';
    // Alertmanager's clock may be behind the tick's: an end ahead of it would leave the alert firing.
    const since = isoTime(Math.min(timeSeconds, nowSeconds));
    return {
      labels: {
        ...alertmanagerCommonLabels(installation, labels),
        alertname: `Tidemark${noticeTypes.metricSilent.replaceAll(' ', '')}`,
        metric,
      },
      annotations: {
        summary: isOver ? `${metric} is scored again` : `${metric} is silent: nothing watches it`,
        description: text,
      },
      startsAt: since,
      endsAt: isOver ? since : isoTime(nowSeconds + firingSeconds(this.#options)),
    };
  }
}
