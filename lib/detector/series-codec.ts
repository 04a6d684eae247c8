import type { AlertPolicyState } from './alert-policy.ts';
import type { Detector } from './detector.ts';
import { InvalidDetectorStateError } from './errors.ts';
import type { SeriesState } from './monitor-series.ts';

/** One series' memory as plain data for storage. */
export function encodeSeries<State>(detector: Detector<State>, series: SeriesState<State>): unknown {
  return { detector: detector.encode(series.detector), policy: series.policy };
}

/**
 * One series' memory back from {@link encodeSeries}' data; it goes on as the encoded one would have.
 *
 * @throws InvalidDetectorStateError when the data is not such a memory.
 */
export function decodeSeries<State>(detector: Detector<State>, encoded: unknown): SeriesState<State> {
  const { detector: state, policy } = (encoded ?? {}) as { detector?: unknown; policy?: AlertPolicyState };
  if (policy === undefined) throw new InvalidDetectorStateError(detector.name, 'the alert policy is missing');
  return { detector: detector.decode(state), policy: { ...policy } };
}
