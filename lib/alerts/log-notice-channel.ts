import type { Logger } from '../telemetry/logger.ts';
import type { Notice, NoticeChannel } from './notice-channel.ts';

/** Writes notices as structured log entries. */
export class LogNoticeChannel implements NoticeChannel {
  readonly name = 'log';
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async announce(notices: readonly Notice[]): Promise<void> {
    for (const { text, facts, ...notice } of notices) this.#logger.info(text, { ...notice, ...facts });
  }
}
