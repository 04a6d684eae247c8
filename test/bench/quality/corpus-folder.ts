import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The labelled corpus beside the repository, unless TIDEMARK_CORPUS says otherwise; it may be absent. */
export function corpusFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TIDEMARK_CORPUS || resolve(import.meta.dirname, '../../../../shared/corpus');
}

/** Why tests that need the corpus are skipped; undefined when it is there. */
export function missingCorpus(folder: string = corpusFolder()): string | undefined {
  return existsSync(folder)
    ? undefined
    : `no labelled corpus at ${folder}: set TIDEMARK_CORPUS to its folder`;
}
