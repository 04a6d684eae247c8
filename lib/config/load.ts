import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { applyEnvironment } from './environment-overrides.ts';
import { ConfigurationError } from './errors.ts';
import { LayerReader } from './layers.ts';
import { merge } from './merge.ts';
import { type ConfigurationProblem, formatPath } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { queryProblems } from './query-problems.ts';
import { type Configuration, configurationSchema } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { keyOriginAt, leavesOf, toPlain } from './tree.ts';

/** The files beside a configuration that hold one section each. */
const sectionFiles = { 'influxdb.yaml': 'results', 'grafana.yaml': 'grafana' } as const;

export interface LoadOptions {
  /** The configuration file; relative to the working folder. */
  readonly file: string;
  /** The environment variables for `${NAME}` and `TIDEMARK__` overrides; by default those of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Replaces the profile that the files extend. */
  readonly profile?: string | undefined;
  /** Queries that a server accepts: what the grammar does not know of them is a warning. */
  readonly acceptedQueries?: ReadonlySet<string> | undefined;
}

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The merged document as users write it; S3 holds it, and {@link configurationSchema} reads it again. */
  readonly document: unknown;
  /** Where each written value comes from: `schedule.interval` -> `config/config.yaml:12`. */
  readonly origins: Readonly<Record<string, string>>;
  /** The active profile; `balanced` is the built-in default. */
  readonly profile: string;
  /** The files that were read, lowest layer first. */
  readonly files: readonly string[];
  /** What is not sure to be right, and does not keep the configuration from being used. */
  readonly warnings: readonly ConfigurationProblem[];
}

/**
 * Loads a configuration: built-in defaults <- profile <- the files that it extends <- the file <-
 * influxdb.yaml and grafana.yaml beside it <- TIDEMARK__ variables.
 *
 * @throws ConfigurationError with every problem, each with file, line, column and fix.
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const environment = options.environment ?? process.env;
  const path = resolve(options.file);
  const reader = new LayerReader(environment, options.profile);
  let tree = reader.readLayers(path, [], undefined);
  if (tree?.kind === 'mapping' && tree.entries.size === 0 && !reader.isBroken) {
    const { excerpt: _, ...problem } = problemAt(
      tree.origin,
      [],
      `the configuration file ${tree.origin.file} is empty`,
      {
        suggestion:
          'write at least a line "source: { url: http://127.0.0.1:9090 }" and a line "metrics: [{ name: up, query: up }]"',
      },
    );
    reader.fail(problem);
  }
  if (options.profile !== undefined && reader.profile === undefined) {
    const argument = `--profile ${options.profile}`;
    const origin = {
      file: 'command line',
      line: 1,
      column: 11,
      length: options.profile.length,
      lineText: argument,
    };
    const profile = reader.readProfile(options.profile, origin);
    if (profile !== undefined && tree !== undefined) tree = merge(profile, tree);
  }
  for (const [name, section] of Object.entries(sectionFiles)) {
    const beside = join(dirname(path), name);
    if (beside === path || !existsSync(beside)) continue;
    const layer = reader.readSection(beside, section);
    // Missing sections are reported in the main file, whichever file is the top layer.
    if (layer !== undefined && tree !== undefined) tree = { ...merge(tree, layer), origin: tree.origin };
  }
  if (tree === undefined || reader.isBroken) throw new ConfigurationError(inOrder(reader.problems));
  const overridden = applyEnvironment(tree, environment);
  const document = toPlain(overridden.tree);
  const result = configurationSchema.safeParse(document);
  const ofQueries = queryProblems(overridden.tree);
  const isAccepted = ({ doubtfulQuery }: ConfigurationProblem) =>
    doubtfulQuery !== undefined && options.acceptedQueries?.has(doubtfulQuery) === true;
  const problems = [
    ...reader.problems,
    ...overridden.problems,
    ...schemaProblems(result.error?.issues ?? [], overridden.tree, (file) => reader.profileFiles.has(file)),
    ...ofQueries.filter((problem) => !isAccepted(problem)),
  ];
  if (!result.success || problems.length > 0) throw new ConfigurationError(inOrder(problems));
  const origins: Record<string, string> = {};
  for (const [leaf, { origin }] of leavesOf(overridden.tree)) {
    const { file, line } = origin.lineText === '' ? keyOriginAt(overridden.tree, leaf) : origin;
    origins[formatPath(leaf)] = `${file}:${line}`;
  }
  const { profile = 'balanced', files } = reader;
  const warnings = inOrder(ofQueries.filter(isAccepted));
  return { configuration: result.data, document, origins, profile, files, warnings };
}

/** In reading order: file by file, from the top down. */
function inOrder(problems: readonly ConfigurationProblem[]): ConfigurationProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return problems.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
