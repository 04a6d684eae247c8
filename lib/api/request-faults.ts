import * as z from 'zod';
import type { JsonSchema } from '../config/json-schema.ts';
import { IssueTranslator, type SchemaFault } from '../config/schema-objection.ts';
import { jsonVocabulary } from '../config/vocabulary.ts';
import type { RequestFault } from './problem.ts';

/** The part of a request that holds a value. */
export type RequestPart = 'path' | 'query' | 'header' | 'body';

/**
 * The faults that a schema finds, each with its place and fix.
 *
 * @param value the value that was checked.
 */
export function requestFaults(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodObject,
  value: unknown,
  part: RequestPart,
): RequestFault[] {
  // Without schema names, so that each schema is inlined where it is used.
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

function detailOf({ message, found }: SchemaFault): string {
  return found === undefined ? message : `${message}, found ${found}`;
}

function fixOf(code: z.core.$ZodIssue['code'], { allowed }: SchemaFault): string {
  if (code !== 'unrecognized_keys') return `send ${allowed ?? 'another value'}`;
  return allowed === undefined ? 'leave it out' : `leave it out; known: ${allowed}`;
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
