import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What became of mutants: `found` failed a test or hung, `missed` passed all tests or were run by none. */
export interface MutationScore {
  readonly found: number;
  readonly missed: number;
}

/** Source: stryker-mutator.io, mutation-testing-report-schema, as far as it is read here. */
const reportSchema = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});

const FOUND = new Set(['Killed', 'Timeout']);
const MISSED = new Set(['Survived', 'NoCoverage']);

/** The share of mutants that the tests found, 0 to 1; NaN where there was none. */
export function shareOf({ found, missed }: MutationScore): number {
  return found / (found + missed);
}

export function sumOf(scores: readonly MutationScore[]): MutationScore {
  const sum = (field: keyof MutationScore) => scores.reduce((total, score) => total + score[field], 0);
  return { found: sum('found'), missed: sum('missed') };
}

/**
 * Reads the score of a folder from the last run's report.
 *
 * @param counts which of the report's files count, by their path in the repository.
 * @returns undefined when the folder was never measured.
 */
export function scoreIn(
  reportFile: string,
  counts: (path: string) => boolean = () => true,
): MutationScore | undefined {
  if (!existsSync(reportFile)) return undefined;
  const { files } = reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8')));
  const statuses = Object.entries(files)
    .filter(([path]) => counts(path))
    .flatMap(([, { mutants }]) => mutants.map(({ status }) => status));
  const among = (some: ReadonlySet<string>) => statuses.filter((status) => some.has(status)).length;
  return { found: among(FOUND), missed: among(MISSED) };
}

/** Where the report of a folder is kept from run to run. */
export function reportFileOf(folder: string): string {
  return join('reports', 'mutation', `${folder}.json`);
}
