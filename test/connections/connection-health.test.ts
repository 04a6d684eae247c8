import { describe, expect, it } from 'vitest';
import { type ConnectionHealth, healthAfter } from '../../lib/connections/connection-health.ts';
import { ConnectionWatch, type WatchedConnection } from '../../lib/connections/connection-watch.ts';

type Tick = (connection: WatchedConnection) => void;

const quiet: Tick = () => {};
const well: Tick = (connection) => connection.called('well');
const failed: Tick = (connection) => connection.called('failed', new Error('nobody answers'));
const partial: Tick = (connection) => connection.called('partial', 'a store was slow');
const refused: Tick = (connection) => connection.called('refused', new Error('parse error'));
const repeated: Tick = (connection) => {
  connection.retried(new Error('it was slow'));
  connection.called('well');
};

/** The health after ticks at 100, 200, 300 and so on. */
function healthOver(...ticks: readonly Tick[]): ConnectionHealth | undefined {
  const watch = new ConnectionWatch();
  let health: ConnectionHealth | undefined;
  for (const [index, tick] of ticks.entries()) {
    watch.begin();
    tick(watch.of('source', 'prometheus'));
    health = healthAfter(health, watch.of('source', 'prometheus'), (index + 1) * 100);
  }
  return health;
}

describe('the health of a connection', () => {
  it('is unknown before its first call, and up since the first that went well', () => {
    expect(healthOver(quiet)).toBeUndefined();
    expect(healthOver(quiet, well, well)).toEqual({
      role: 'source',
      service: 'prometheus',
      state: 'up',
      sinceSeconds: 200,
      trouble: undefined,
      lastTrouble: undefined,
    });
  });

  it.each([
    ['an incomplete answer', partial, 'a store was slow'],
    ['a refusal', refused, 'parse error'],
    ['a repetition', repeated, 'it was slow'],
    [
      'a failure among other calls',
      (connection: WatchedConnection) => [well, failed].map((tick) => tick(connection)),
      'nobody answers',
    ],
  ])('is degraded after %s', (_, tick, reason) => {
    expect(healthOver(well, tick)).toMatchObject({
      state: 'degraded',
      sinceSeconds: 200,
      trouble: { reason },
    });
  });

  it('is down when nothing got through, since the first tick of the outage, with counts and the last reason', () => {
    const stillAway: Tick = (connection) => {
      connection.retried(new Error('nobody answers'));
      connection.called('failed', new Error('left alone'));
    };
    expect(healthOver(well, failed, quiet, stillAway)).toMatchObject({
      state: 'down',
      sinceSeconds: 200,
      trouble: { sinceSeconds: 200, ticks: 2, troubles: 3, reason: 'left alone' },
    });
  });

  it('stays as it was during ticks that do not call it', () => {
    expect(healthOver(failed, quiet, quiet)).toMatchObject({
      state: 'down',
      sinceSeconds: 100,
      trouble: { ticks: 1 },
    });
  });

  it('remembers its last trouble when it is well again', () => {
    expect(healthOver(failed, failed, well, well)).toMatchObject({
      state: 'up',
      sinceSeconds: 300,
      trouble: undefined,
      lastTrouble: {
        state: 'down',
        sinceSeconds: 100,
        untilSeconds: 300,
        ticks: 2,
        reason: 'nobody answers',
      },
    });
  });

  it('counts an outage that gets worse as another trouble', () => {
    expect(healthOver(partial, failed)).toMatchObject({
      state: 'down',
      sinceSeconds: 200,
      trouble: { ticks: 1 },
      lastTrouble: { state: 'degraded', sinceSeconds: 100, untilSeconds: 200 },
    });
  });
});
