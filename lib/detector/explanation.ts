import type { Verdict } from './verdict.ts';

/** One sentence for a person on why this verdict matters, with its numbers. */
export function explain(verdict: Verdict): string {
  const value = verdict.value.toPrecision(4);
  if (verdict.band === undefined) return `The value is ${value}.`;
  const { expected, lower, upper } = verdict.band;
  return (
    `The value is ${value}, expected about ${expected.toPrecision(4)} ` +
    `(between ${lower.toPrecision(4)} and ${upper.toPrecision(4)}).`
  );
}
