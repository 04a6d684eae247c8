import type { ObjectLink, ObjectLinks } from '../../storage/object-links.ts';
import { UnknownRunError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { type EvaluationRun, evaluationDocument, readResult, reportKey } from './evaluation-documents.ts';

/** An evaluation that was asked for, with what it found out. */
export interface FoundEvaluation {
  readonly run: EvaluationRun;
  /** As lib/evaluation/evaluation-json.ts writes it; undefined unless it has succeeded, and once it is too old. */
  readonly result: unknown;
  readonly report: ObjectLink | undefined;
}

/**
 * How far an evaluation has come, and what it found out.
 *
 * @throws UnknownRunError when there is no such run.
 * @throws UnreadableRunError when it can't be read.
 */
export async function findEvaluation(
  { runs, links }: { readonly runs: RunStore; readonly links: ObjectLinks },
  id: string,
): Promise<FoundEvaluation> {
  const run = await runs.read(evaluationDocument, id);
  if (run === undefined) throw new UnknownRunError(id);
  if (run.state !== 'succeeded') return { run, result: undefined, report: undefined };
  const result = await readResult(runs, id);
  // Gone after the retention, and the report with it.
  if (result === undefined) return { run, result, report: undefined };
  return { run, result, report: await links.linkTo(reportKey(id), 'text/html; charset=utf-8') };
}
