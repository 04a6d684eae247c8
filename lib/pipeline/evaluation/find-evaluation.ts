import type { ObjectLink, ObjectLinks } from '../../storage/object-links.ts';
import { UnknownRunError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { type EvaluationRun, evaluationDocument, readResult, reportKey } from './evaluation-documents.ts';

/** A requested evaluation with its result. */
export interface FoundEvaluation {
  readonly run: EvaluationRun;
  /** As lib/evaluation/evaluation-json.ts writes it; undefined unless the run succeeded, and after the retention. */
  readonly result: unknown;
  readonly report: ObjectLink | undefined;
}

/**
 * Reports the progress and the result of an evaluation.
 *
 * @throws UnknownRunError when the run does not exist.
 * @throws UnreadableRunError when the run cannot be read.
 */
export async function findEvaluation(
  { runs, links }: { readonly runs: RunStore; readonly links: ObjectLinks },
  id: string,
): Promise<FoundEvaluation> {
  const run = await runs.read(evaluationDocument, id);
  if (run === undefined) throw new UnknownRunError(id);
  if (run.state !== 'succeeded') return { run, result: undefined, report: undefined };
  const result = await readResult(runs, id);
  // The retention has removed the result and its report.
  if (result === undefined) return { run, result, report: undefined };
  return { run, result, report: await links.linkTo(reportKey(id), 'text/html; charset=utf-8') };
}
