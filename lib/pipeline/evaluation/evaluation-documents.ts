import * as z from 'zod';
import { UnknownRunError } from '../errors.ts';
import type { RunDocument, RunStore } from '../runs/run-store.ts';
import { resolvedRequestSchema } from './evaluation-request.ts';

/** Runs are stored longer than their results: an idempotency key must be known as long as the workflow's execution. */
const RUNS = 'runs/evaluate/';
const RESULTS = 'evaluations/';

const evaluationRun = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'succeeded', 'failed']),
    order: resolvedRequestSchema,
    /** A digest of the request as received: equal for equal requests at different times. */
    asked: z.string(),
    /** When it was requested, Unix seconds. */
    startedAtSeconds: z.number(),
    endedAtSeconds: z.number().exactOptional(),
    /** The result in a sentence. */
    headline: z.string().exactOptional(),
    /** Why it failed. */
    reason: z.string().exactOptional(),
    /** What could not be read, and what was skipped. */
    warnings: z.array(z.string()).readonly().exactOptional(),
  })
  .readonly();

/** One requested evaluation and its progress. */
export type EvaluationRun = z.infer<typeof evaluationRun>;

export const evaluationDocument: RunDocument<EvaluationRun> = {
  keyOf: (id) => `${RUNS}${id}.json`,
  schema: evaluationRun,
};

/**
 * Ends a run. A run that has succeeded stays unchanged.
 *
 * @returns the stored run.
 * @throws UnknownRunError when the run does not exist.
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

/** Stores the result of a run as JSON and as an HTML report. Repeated, it replaces them. */
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

/** @returns undefined when the run has no result. */
export async function readResult({ objects }: RunStore, id: string): Promise<unknown> {
  const stored = await objects.get(resultKey(id));
  return stored && JSON.parse(new TextDecoder().decode(stored.bytes));
}

/** Key of a run's report. */
export function reportKey(id: string): string {
  return `${RESULTS}${id}/report.html`;
}

function resultKey(id: string): string {
  return `${RESULTS}${id}/result.json`;
}
