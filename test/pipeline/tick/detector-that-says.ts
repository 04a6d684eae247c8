import type { Detector } from '../../../lib/detector/detector.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { uniformAt } from '../../../lib/series/seeded-noise.ts';

/**
 * A detector of which theory is known: it calls what it is set to call, and every call is an alert of its own, since each is ten times rarer
 * than the one before.
 *
 * @param isAnomalous sees the sample and a seeded chance in [0, 1) that depends on its time and value.
 */
export function detectorThatSays(
  isAnomalous: (sample: Sample, chance: number) => boolean,
): Detector<unknown> {
  return {
    name: 'oracle',
    alerting: 'policy',
    start: () => ({ score: 0 }),
    step(state, sample) {
      const memory = state as { score: number };
      const bits = new Uint32Array(Float64Array.of(sample.value).buffer);
      const chance = uniformAt(bits[0]! ^ bits[1]!, sample.timeSeconds);
      if (isAnomalous(sample, chance)) memory.score += 10;
      const calls = memory.score / 10;
      const score = isAnomalous(sample, chance) ? memory.score : -9;
      return {
        score,
        spikeScore: score,
        confidence: 1,
        band: { expected: 0, lower: -1, upper: 1 },
        evidence: {
          channel: 'flat',
          surprise: 0,
          direction: 1,
          observed: sample.value,
          usual: 0,
          // Never alike, so that none is taken for a habit: those are not notified.
          deviation: 3 ** (calls % 7),
          level: 0,
          spread: 0,
          hasTimeOfDay: false,
          points: 1,
          ageSeconds: 0,
        },
      };
    },
    adoptBaseline: () => {},
    encode: (states) => ({ scores: states.map((state) => (state as { score: number }).score) }),
    decode: (encoded) => (encoded as { scores: number[] }).scores.map((score) => ({ score })),
  };
}
