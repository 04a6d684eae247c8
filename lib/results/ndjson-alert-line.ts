import type { AlertRecord } from './result-store.ts';

/** Start of an alert's line: most lines are verdicts, and are skipped unparsed. */
const ALERT_LINE = '{"measurement":"alert"';

/** @returns undefined for a line that is not an alert or was truncated by an interrupted write. */
export function alertInLine(line: string): AlertRecord | undefined {
  if (!line.startsWith(ALERT_LINE)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
