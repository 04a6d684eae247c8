import type { RecordedVerdict } from './verdict-history.ts';

/** How a verdict's line begins: other lines are skipped unparsed. */
const VERDICT_LINE = '{"measurement":"verdict"';

/** @returns undefined for a line that is not a verdict, or was truncated by an interrupted write. */
export function verdictInLine(line: string): RecordedVerdict | undefined {
  if (!line.startsWith(VERDICT_LINE)) return undefined;
  let record: Record<string, never>;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  // JSON has null for NaN.
  const number = (name: string): number | undefined => record[name] ?? undefined;
  // Tidemark wrote the line itself: these fields are in every verdict, only numbers may be null.
  const { metric, labels, isSimulated, timeSeconds, kind, anomalous } = record as unknown as RecordedVerdict;
  const [value, expected, lower, upper] = ['value', 'expected', 'lower', 'upper'].map(number);
  const [score, confidence] = ['score', 'confidence'].map(number);
  const judged = { value, expected, lower, upper, score, confidence };
  return { metric, labels, isSimulated, timeSeconds, kind, anomalous, ...judged };
}
