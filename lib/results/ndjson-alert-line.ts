import type { AlertRecord } from './result-store.ts';

/** As the records are written: most lines are verdicts, and need not be parsed. */
const ALERT_LINE = '{"measurement":"alert"';

/** @returns undefined for a line that is no alert, or that was cut off: a write that was ended half way. */
export function alertInLine(line: string): AlertRecord | undefined {
  if (!line.startsWith(ALERT_LINE)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
