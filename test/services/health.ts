import { setTimeout as pause } from 'node:timers/promises';
import { AddressError } from './errors.ts';
import type { Place } from './find.ts';

const REQUEST_MILLISECONDS = 2000;
const POLL_MILLISECONDS = 50;

/** Whether a server answers a health path with success. */
export async function isHealthy(url: string, signal?: AbortSignal): Promise<boolean> {
  const timeout = AbortSignal.timeout(REQUEST_MILLISECONDS);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Waits until a server is healthy.
 * @param mayLive false when there is no sense in waiting on
 * @returns whether it became healthy within the time
 * @throws the signal's reason when aborted
 */
export async function untilHealthy(
  url: string,
  mayLive: () => boolean,
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    if (!mayLive()) return false;
    if (await isHealthy(url, signal)) return mayLive();
    await pause(POLL_MILLISECONDS);
  }
  return false;
}

/** Fetches JSON (or text, for the caller to read) from a local server. */
export async function getText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MILLISECONDS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

/** A server whose address stands in the environment. It must answer: a wrong address is an error, not an absence. */
export function environmentPlace(variable: string, healthPath: string): Place {
  return {
    kind: 'environment',
    where: `address in ${variable}`,
    async look({ environment, signal }) {
      const value = environment[variable];
      if (!value) return { absent: 'not set' };
      if (!URL.canParse(value)) throw new AddressError(variable, value, 'is not a URL');
      const address = value.replace(/\/+$/, '');
      if (!(await isHealthy(address + healthPath, signal)))
        throw new AddressError(variable, value, `nothing healthy answers at ${address}${healthPath}`);
      return { address };
    },
  };
}
