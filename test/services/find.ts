import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Attempt, ServiceUnavailableError } from './errors.ts';
import type { Program } from './program.ts';
import type { Step } from './progress.ts';
import { runTool } from './run-tool.ts';

/** The kinds of places where a service is looked for, in the order in which they are tried. */
export const PLACE_ORDER = ['environment', 'running', 'path', 'docker', 'registry'] as const;
export type PlaceKind = (typeof PLACE_ORDER)[number];

/** How a finding is called in tables and progress lines. */
export const PLACE_NAMES: Readonly<Record<PlaceKind, string>> = {
  environment: 'address from the environment',
  running: 'was running already',
  path: 'binary on the PATH',
  docker: 'Docker',
  registry: 'package registry',
};

/** Somebody else's server to be used as it is, or a program to be started. */
export type Found = { readonly address: string } | { readonly program: Program };
export type Finding = Found & { readonly place: PlaceKind };

/** What looking may use. */
export interface FindContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly step: Step;
  readonly signal?: AbortSignal | undefined;
}

/** One place to look at. */
export interface Place {
  readonly kind: PlaceKind;
  /** What a person would call this place, such as "prometheus on the PATH". */
  readonly where: string;
  /** Finds the service there, or reports why it is not there. */
  look(context: FindContext): Promise<Found | Absent>;
}

/** Why a place does not have the service. */
export interface Absent {
  readonly absent: string;
}

/**
 * Looks at the places in the fixed order (environment, already running, PATH, Docker, package registry) and returns
 * the first finding. A place that throws counts as a place that does not have it, except one that the user named in
 * the environment: a wrong address there must not lead to another server being used in silence.
 * @throws ServiceUnavailableError when no place has it
 */
export async function findFirst(
  service: string,
  places: readonly Place[],
  mend: string,
  context: FindContext,
): Promise<Finding> {
  const attempts: Attempt[] = [];
  const ordered = places.toSorted((a, b) => PLACE_ORDER.indexOf(a.kind) - PLACE_ORDER.indexOf(b.kind));
  for (const place of ordered) {
    context.signal?.throwIfAborted();
    try {
      const found = await place.look(context);
      if (!('absent' in found)) return { place: place.kind, ...found };
      attempts.push({ where: place.where, reason: found.absent });
    } catch (error) {
      if (place.kind === 'environment' || context.signal?.aborted) throw error;
      attempts.push({ where: place.where, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  throw new ServiceUnavailableError(service, attempts, mend);
}

/** The first of the names that is an executable file in a directory of the PATH. */
export function findOnPath(names: readonly string[], path: string | undefined): string | undefined {
  for (const name of names) {
    for (const directory of (path ?? '').split(delimiter).filter(Boolean)) {
      const file = join(directory, name);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not there or not executable: the next directory may have it.
      }
    }
  }
  return undefined;
}

/** The first `1.2.3` in a text, such as the first line of `--version`. */
export function parseVersion(text: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/**
 * A program on the PATH.
 * @param names the names that distributions give it
 * @param versionArguments what makes it print its version
 * @param major the major version that we speak to; another one counts as absent
 */
export function pathPlace(
  names: readonly string[],
  versionArguments: readonly string[],
  major: number,
): Place {
  return {
    kind: 'path',
    where: `${names.join(' or ')} on the PATH`,
    async look({ environment, signal }) {
      const file = findOnPath(names, environment.PATH);
      if (!file) return { absent: 'not found' };
      // Some of them print their version to standard error.
      let printed = '';
      const onLine = (line: string) => {
        printed += `${line}\n`;
      };
      printed += await runTool(file, versionArguments, { signal, onLine });
      const version = parseVersion(printed);
      if (!version?.startsWith(`${major}.`))
        return { absent: `${file} is version ${version ?? 'unknown'}; version ${major}.x is needed` };
      return { program: { kind: 'binary', file } };
    },
  };
}
