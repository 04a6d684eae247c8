import type { ConnectionRole, Observation } from './connection-watch.ts';

/** `degraded`: it answers, but in part, after repetitions, or not to everything. */
export type ConnectionState = 'up' | 'degraded' | 'down';

/** A time during which something was wrong with a connection. */
export interface Trouble {
  readonly state: Exclude<ConnectionState, 'up'>;
  /** Unix seconds of the tick that saw it first. */
  readonly sinceSeconds: number;
  /** Ticks that saw it. */
  readonly ticks: number;
  /** Calls that failed or were refused, incomplete answers and repetitions, in all these ticks. */
  readonly troubles: number;
  /** The last one in words. */
  readonly reason: string;
}

/** How a connection has been over the ticks. */
export interface ConnectionHealth {
  readonly role: ConnectionRole;
  readonly service: string;
  readonly state: ConnectionState;
  /** Unix seconds of the tick that first saw it in this state. */
  readonly sinceSeconds: number;
  /** What is wrong; undefined while it is up. */
  readonly trouble: Trouble | undefined;
  /** What was wrong the last time, and until when; undefined for one that never was in trouble. */
  readonly lastTrouble: (Trouble & { readonly untilSeconds: number }) | undefined;
}

/** @returns what the tick showed; undefined when nothing was called. */
function stateSeen({ calls, failed, refused, partial, retries }: Observation): ConnectionState | undefined {
  if (calls === 0) return undefined;
  if (failed === calls) return 'down';
  return failed + refused + partial + retries > 0 ? 'degraded' : 'up';
}

/**
 * How a connection is after one more tick.
 *
 * @param before how it was; undefined for one that no tick has called yet.
 * @param timeSeconds the tick's time, Unix seconds.
 * @returns as it was when the tick did not call it; the same object when nothing is new.
 */
export function healthAfter(
  before: ConnectionHealth | undefined,
  connection: { readonly role: ConnectionRole; readonly service: string; readonly seen: Observation },
  timeSeconds: number,
): ConnectionHealth | undefined {
  const { role, service, seen } = connection;
  const state = stateSeen(seen);
  if (state === undefined) return before;
  if (state === 'up' && before?.state === 'up') return before;
  const isSame = state === before?.state;
  const ended = before?.trouble;
  return {
    role,
    service,
    state,
    sinceSeconds: isSame ? before.sinceSeconds : timeSeconds,
    trouble: state === 'up' ? undefined : troubleAfter(isSame ? ended : undefined, state, seen, timeSeconds),
    lastTrouble:
      isSame || ended === undefined ? before?.lastTrouble : { ...ended, untilSeconds: timeSeconds },
  };
}

function troubleAfter(
  before: Trouble | undefined,
  state: Trouble['state'],
  { failed, refused, partial, retries, reason = '' }: Observation,
  timeSeconds: number,
): Trouble {
  return {
    state,
    sinceSeconds: before?.sinceSeconds ?? timeSeconds,
    ticks: (before?.ticks ?? 0) + 1,
    troubles: (before?.troubles ?? 0) + failed + refused + partial + retries,
    reason,
  };
}
