import type { SelectorPlace } from '../../config/promql-selectors.ts';

/** How far Prometheus looks back for a sample unless it is told otherwise (`--query.lookback-delta`). */
export const DEFAULT_LOOKBACK_SECONDS = 300;

/**
 * Rewrites a query so that no sample older than `staleAfterSeconds` stands for a step: each instant selector `s` becomes
 * `(s and last_over_time(s[staleAfter]))`. A target that dies with Prometheus watching ends its series by a marker, but
 * one whose samples carry their own times, are pushed or were written before Prometheus itself stopped leaves none, and
 * its last sample is repeated for as long as the server looks back. A constant series whose samples keep coming is
 * untouched, since the age of the sample decides and never its value; so is what the markers end, since `s` itself
 * still decides.
 *
 * It does what the parameter `lookback_delta` does on servers that know it (Prometheus from 2.44 on, but not Amazon
 * Managed Prometheus), on all servers and never for longer than the server's own lookback. Ranges (`rate(x[5m])`) look
 * back as far as they say themselves, and an aggregation goes on without its stale members, as it does without dead ones.
 *
 * @param selectors where the instant selectors stand in this query, in the order of its text.
 */
export function freshQuery(
  query: string,
  selectors: readonly SelectorPlace[],
  staleAfterSeconds: number,
): string {
  // A range of milliseconds is as fine as PromQL gets.
  const range = `[${Math.max(1, Math.round(staleAfterSeconds * 1000))}ms]`;
  let fresh = '';
  let copied = 0;
  for (const { start, end, modifiersStart, followsGroup } of selectors) {
    const selector = query.slice(start, modifiersStart);
    const modifiers = query.slice(modifiersStart, end);
    fresh += query.slice(copied, start);
    // `group_left (a)` would name the label a.
    if (followsGroup === true) fresh += '() ';
    fresh += `(${selector}${modifiers} and last_over_time(${selector}${range}${modifiers}))`;
    copied = end;
  }
  return fresh + query.slice(copied);
}
