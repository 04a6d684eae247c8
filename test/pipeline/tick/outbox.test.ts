import { describe, expect, it } from 'vitest';
import type { Alert, AlertChannel } from '../../../lib/alerts/alert-channel.ts';
import { AlertDeliveryError } from '../../../lib/alerts/errors.ts';
import { notify } from '../../../lib/pipeline/tick/outbox.ts';
import { pending } from '../../../lib/pipeline/watch/pending-alert.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { sampleAlert } from '../../alerts/sample-alert.ts';

const alerts = ['a', 'b', 'c'].map((instance) => sampleAlert({ labels: { instance } }));
const [first, second, third] = alerts as [Alert, Alert, Alert];

/** A channel that remembers what it received, and fails as long as it is set to. */
class ScriptedChannel implements AlertChannel {
  readonly sent: Alert[] = [];
  readonly reminded: (readonly Alert[])[] = [];
  readonly name: string;
  failure: ((alerts: readonly Alert[]) => Error) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  async publish(due: readonly Alert[]): Promise<void> {
    const error = this.failure?.(due);
    const undelivered = error instanceof AlertDeliveryError ? error.undelivered : error ? due : [];
    this.sent.push(...due.filter((alert) => !undelivered.includes(alert)));
    if (error) throw error;
  }

  async refresh(open: readonly Alert[]): Promise<void> {
    this.reminded.push(open);
  }

  async check() {
    return { service: this.name, isUp: true, detail: '' };
  }
}

describe('the outbox', () => {
  it('is empty once every channel has everything', async () => {
    const channels = [new ScriptedChannel('x'), new ScriptedChannel('y')];
    expect(await notify(pending(alerts), [], channels, silentLogger)).toEqual([]);
    for (const { sent } of channels) expect(sent).toEqual(alerts);
  });

  it('does not make a channel repeat what another one could not take, however long that lasts', async () => {
    const [up, down] = [new ScriptedChannel('up'), new ScriptedChannel('down')];
    down.failure = (due) => new AlertDeliveryError('away', due);
    let outbox = pending([first]);
    for (let tick = 0; tick < 3; tick += 1) outbox = await notify(outbox, [], [up, down], silentLogger);
    outbox = await notify([...outbox, ...pending([second])], [], [up, down], silentLogger);
    down.failure = undefined;
    expect(await notify(outbox, [], [up, down], silentLogger)).toEqual([]);
    expect(up.sent).toEqual([first, second]);
    expect(down.sent).toEqual([first, second]);
  });

  it('sends again only what a channel says it did not deliver', async () => {
    const channel = new ScriptedChannel('x');
    channel.failure = () => new AlertDeliveryError('throttled', [second]);
    const left = await notify(pending(alerts), [], [channel], silentLogger);
    expect(left.map(({ alert }) => alert)).toEqual([second]);
    channel.failure = undefined;
    expect(await notify(left, [], [channel], silentLogger)).toEqual([]);
    expect(channel.sent).toEqual([first, third, second]);
  });

  it('keeps everything when a channel fails in a way that nobody foresaw', async () => {
    const channel = new ScriptedChannel('x');
    channel.failure = () => new TypeError('bug');
    expect(await notify(pending(alerts), [], [channel], silentLogger)).toHaveLength(3);
  });

  it('reminds of open incidents with every tick, also when there is no notification', async () => {
    const channel = new ScriptedChannel('x');
    await notify([], [first], [channel], silentLogger);
    expect(channel.reminded).toEqual([[first]]);
  });

  it('does not remind a channel that has just failed, nor lets a failed reminder keep alerts', async () => {
    const [away, forgetful] = [new ScriptedChannel('away'), new ScriptedChannel('forgetful')];
    away.failure = (due) => new AlertDeliveryError('away', due);
    forgetful.refresh = async () => {
      throw new AlertDeliveryError('away', []);
    };
    const left = await notify(pending([first]), [first], [away, forgetful], silentLogger);
    expect(away.reminded).toEqual([]);
    expect(left).toEqual([{ alert: first, deliveredTo: ['forgetful'] }]);
  });

  it('keeps nothing where nobody is to be notified', async () => {
    expect(await notify(pending(alerts), [], [], silentLogger)).toEqual([]);
  });
});
