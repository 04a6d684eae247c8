import * as z from 'zod';
import type { JsonSchema } from '../config/json-schema.ts';
import { IssueTranslator, type Objection } from '../config/schema-objection.ts';
import { jsonVocabulary } from '../config/vocabulary.ts';
import type { RequestFault } from './problem.ts';

/** Where in a request a value stands. */
export type RequestPart = 'path' | 'query' | 'header' | 'body';

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
  // Without the names that make references of schemas, so that each stands where it is used.
  const written = z.toJSONSchema(schema, { io: 'input', metadata: z.registry() }) as JsonSchema;
  const translator = new IssueTranslator(written, value, jsonVocabulary);
  return issues.flatMap((issue) =>
    translator.translate(issue).map((objection) => ({
      ...placeOf(objection.path, part),
      detail: detailOf(objection),
      fix: objection.suggestion ?? fixOf(issue.code, objection),
    })),
  );
}

function detailOf({ message, found }: Objection): string {
  return found === undefined ? message : `${message}, found ${found}`;
}

function fixOf(code: z.core.$ZodIssue['code'], { allowed }: Objection): string {
  if (code !== 'unrecognized_keys') return `send ${allowed ?? 'another value'}`;
  return allowed === undefined ? 'leave it out' : `leave it out; there is ${allowed}`;
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
