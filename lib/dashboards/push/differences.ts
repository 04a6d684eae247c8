/** More differences than these in one thing are counted. */
const SHOWN = 8;
const SHOWN_LENGTH = 60;

/**
 * Where two documents differ, as lines for a person: `panels[2].title: "Old" becomes "New"`.
 *
 * @param ignored names of keys that do not count, wherever they are.
 */
export function differences(before: unknown, after: unknown, ignored: ReadonlySet<string>): string[] {
  const found: string[] = [];
  compare(before, after, '', ignored, found);
  const more = found.length - SHOWN;
  return more > 0 ? [...found.slice(0, SHOWN), `and ${more} more`] : found;
}

function compare(
  before: unknown,
  after: unknown,
  path: string,
  ignored: ReadonlySet<string>,
  found: string[],
): void {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) {
      if (ignored.has(key)) continue;
      const place = Array.isArray(after) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      compare(before[key], after[key], place, ignored, found);
    }
    return;
  }
  if (before === after) return;
  found.push(`${path}: ${short(before)} becomes ${short(after)}`);
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
