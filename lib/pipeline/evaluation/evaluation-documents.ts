import * as z from 'zod';
import { UnknownRunError } from '../errors.ts';
import type { RunDocument, RunStore } from '../runs/run-store.ts';
import { resolvedRequestSchema } from './evaluation-request.ts';

/** Runs outlive their results: an idempotency key is remembered as long as the workflow remembers its execution. */
const RUNS = 'runs/evaluate/';
const RESULTS = 'evaluations/';

const evaluationRun = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'succeeded', 'failed']),
    order: resolvedRequestSchema,
    /** A digest of the request as it was given: the same for the same request at another time. */
    asked: z.string(),
    /** When it was requested, Unix seconds. */
    startedAtSeconds: z.number(),
    endedAtSeconds: z.number().exactOptional(),
    /** The answer in a sentence. */
    headline: z.string().exactOptional(),
    /** Why it failed, for a person. */
    reason: z.string().exactOptional(),
    /** What could not be read, and what was left out. */
    warnings: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly();

/** One requested evaluation, and how far it is. */
export type EvaluationRun = z.infer<typeof evaluationRun>;

export const evaluationDocument: RunDocument<EvaluationRun> = {
  keyOf: (id) => `${RUNS}${id}.json`,
  schema: evaluationRun,
};

/**
 * Ends a run; one that has succeeded stays as it is.
 *
 * @returns the run as it is stored.
 * @throws UnknownRunError when there is none of that id.
 */
export function endRun(
  runs: RunStore,
  id: string,
  end: Pick<EvaluationRun, 'endedAtSeconds' | 'headline' | 'reason' | 'warnings'> & {
    readonly state: 'succeeded' | 'failed';
  },
): Promise<EvaluationRun> {
  return runs.change(evaluationDocument, id, (run) => {
    if (run === undefined) throw new UnknownRunError(id);
    return run.state === 'succeeded' ? run : { ...run, ...end };
  });
}

/** Stores what a run found out: for machines, and as a page for people. Repeated, it is replaced. */
export async function storeResult(
  { objects }: RunStore,
  id: string,
  result: object,
  report: string,
): Promise<void> {
  const encoder = new TextEncoder();
  await objects.put(reportKey(id), encoder.encode(report), { kind: 'none' });
  await objects.put(resultKey(id), encoder.encode(JSON.stringify(result)), { kind: 'none' });
}

/** @returns undefined when the run of that id has none. */
export async function readResult({ objects }: RunStore, id: string): Promise<unknown> {
  const stored = await objects.get(resultKey(id));
  return stored && JSON.parse(new TextDecoder().decode(stored.bytes));
}

/** Where the report of a run lies. */
export function reportKey(id: string): string {
  return `${RESULTS}${id}/report.html`;
}

function resultKey(id: string): string {
  return `${RESULTS}${id}/result.json`;
}
