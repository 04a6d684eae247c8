import type * as z from 'zod';
import { nearestName } from '../config/nearest-name.ts';
import type { RequestFault } from './problem.ts';

/** Where in a request a value stands. */
export type RequestPart = 'path' | 'query' | 'header' | 'body';

/** The most of a value that is shown. */
const SHOWN_LETTERS = 60;

/**
 * What a schema objects to, each fault with its place and the way out.
 *
 * @param value what the schema was given.
 */
export function requestFaults(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodObject,
  value: unknown,
  part: RequestPart,
): RequestFault[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = issue.path.length === 0 ? Object.keys(schema.shape) : [];
      return issue.keys.map((key) => ({
        ...placeOf([...issue.path, key], part),
        detail: 'is not known',
        fix: unknownFix(key, known),
      }));
    }
    return [{ ...placeOf(issue.path, part), ...objection(issue, valueAt(value, issue.path)) }];
  });
}

function placeOf(
  path: readonly PropertyKey[],
  part: RequestPart,
): Pick<RequestFault, 'pointer' | 'parameter' | 'in'> {
  if (part !== 'body') return { parameter: String(path[0] ?? ''), in: part };
  const escaped = path.map((key) =>
    encodeURIComponent(String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return { pointer: ['#', ...escaped].join('/') };
}

function objection(issue: z.core.$ZodIssue, found: unknown): Pick<RequestFault, 'detail' | 'fix'> {
  switch (issue.code) {
    case 'invalid_type':
      if (found === undefined) return { detail: 'is missing', fix: `add it: ${article(issue.expected)}` };
      return {
        detail: `is ${kindOf(found)}, not ${article(issue.expected)}`,
        fix: `send ${article(issue.expected)}`,
      };
    case 'too_small':
      return {
        detail: `is too ${sizeWord(found, 'small')}`,
        fix: `at least ${counted(issue.minimum, found)}`,
      };
    case 'too_big':
      return {
        detail: `is too ${sizeWord(found, 'large')}`,
        fix: `at most ${counted(issue.maximum, found)}`,
      };
    case 'invalid_value':
      return { detail: `is ${shown(found)}`, fix: `one of ${issue.values.join(', ')}` };
    default:
      return { detail: `is ${shown(found)}`, fix: issue.message };
  }
}

function unknownFix(key: string, known: readonly string[]): string {
  if (known.length === 0) return 'leave it out';
  const nearest = nearestName(key, known);
  return nearest === undefined ? `leave it out; there is ${known.join(', ')}` : `did you mean "${nearest}"?`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? article('array') : article(typeof value);
}

function article(kind: string): string {
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

function sizeWord(value: unknown, size: 'small' | 'large'): string {
  if (typeof value === 'number') return size;
  return { small: 'short', large: 'long' }[size];
}

function counted(bound: number | bigint, value: unknown): string {
  const unit = typeof value === 'string' ? ' character' : Array.isArray(value) ? ' item' : '';
  return `${bound}${unit}${unit === '' || Number(bound) === 1 ? '' : 's'}`;
}

function shown(value: unknown): string {
  // What is nested is not written out: it may be deeper than a stack is.
  if (typeof value === 'object') return kindOf(value);
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > SHOWN_LETTERS ? `${text.slice(0, SHOWN_LETTERS)}…` : text;
}
