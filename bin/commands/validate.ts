import { Command } from 'commander';
import { formatDuration } from '../../lib/config/duration.ts';
import { ConfigurationError } from '../../lib/config/errors.ts';
import { formatProblems } from '../../lib/config/format-problems.ts';
import { type LoadedConfiguration, loadConfiguration } from '../../lib/config/load.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import { acceptedQueries } from '../accepted-queries.ts';
import { queryWarnings } from '../load-configuration.ts';

/** Where a command writes, and its environment. */
export interface CommandIo {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
}

interface ValidateOptions {
  readonly json?: boolean;
  readonly profile?: string;
  readonly origins?: boolean;
  /** Queries that an available server accepts, though the grammar does not know them. */
  readonly acceptedQueries?: ReadonlySet<string>;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function summaryOf({ configuration, profile }: LoadedConfiguration): Record<string, string> {
  const { source, schedule, results, resultCopies, alerts, models, metrics, detection } = configuration;
  const active = metrics.filter(({ enabled }) => enabled);
  const channels = [
    ...(alerts.eventbridge === undefined ? [] : [`eventbridge (${alerts.eventbridge.bus})`]),
    ...(alerts.alertmanager === undefined ? [] : [`alertmanager (${alerts.alertmanager.url})`]),
    ...(alerts.log ? ['log'] : []),
  ];
  const step = `step ${formatDuration(schedule.stepSeconds)}`;
  return {
    profile,
    source: `${source.kind}${'url' in source ? ` ${source.url}` : ''}`,
    metrics: `${active.length}: ${active.map(({ name }) => name).join(', ')}`,
    schedule: `every ${formatDuration(schedule.intervalSeconds)}, ${step}, ${plural(schedule.shards, 'shard')}`,
    detection: `${detection.detector}, ${plural(detection.falseAlertsPerWeek, 'false alert')} per series and week`,
    results: `${results.kind}${placeOf(results)}`,
    ...(Object.keys(resultCopies).length > 0 && {
      copies: Object.entries(resultCopies)
        .map(([name, copy]) => `${name} (${copy.kind}${placeOf(copy)})`)
        .join(', '),
    }),
    alerts: channels.length === 0 ? 'not sent anywhere' : channels.join(', '),
    models: models.kind,
  };
}

function placeOf(results: Configuration['results']): string {
  if (results.kind === 'influxdb') return ` ${results.url}, bucket ${results.bucket}`;
  return results.kind === 'prometheus-remote-write' ? ` ${results.url}` : '';
}

function warningsOf({ configuration: { source }, warnings }: LoadedConfiguration): string[] {
  const unchecked =
    source.kind === 'prometheus' && source.dialect === 'metricsql'
      ? ['warning: source.dialect is metricsql: of the queries nothing but the brackets is checked\n']
      : [];
  return [...unchecked, ...queryWarnings({ warnings })];
}

/**
 * Checks a configuration and writes a summary or all its problems.
 *
 * @returns the exit code: 0 when it is valid, 1 when it is not.
 */
export function validate(file: string, options: ValidateOptions, io: CommandIo): 0 | 1 {
  try {
    const { profile, acceptedQueries: accepted } = options;
    const loaded = loadConfiguration({
      file,
      environment: io.environment,
      profile,
      acceptedQueries: accepted,
    });
    const summary = summaryOf(loaded);
    if (options.json === true) {
      const { files, origins, configuration, warnings } = loaded;
      const written = { valid: true, summary, warnings, files, configuration, origins };
      io.write(`${JSON.stringify(written, undefined, 2)}\n`);
      return 0;
    }
    const lines = Object.entries(summary).map(([name, text]) => `  ${name.padEnd(10)} ${text}`);
    io.write(`${file} is valid.\n${lines.join('\n')}\n${warningsOf(loaded).join('')}`);
    if (options.origins === true) {
      const origins = Object.entries(loaded.origins).map(([path, origin]) => `  ${path}  ${origin}`);
      io.write(`${origins.join('\n')}\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (options.json === true) {
      io.write(`${JSON.stringify({ valid: false, problems: error.problems }, undefined, 2)}\n`);
    } else io.writeError(formatProblems(error, { color: io.isTerminal && !io.environment.NO_COLOR }));
    return 1;
  }
}

/** `tidemark validate [file]`. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('check a configuration and show all problems, each with its line and how to fix it')
    .argument('[file]', 'configuration file', 'config/config.yaml')
    .option('--profile <name>', 'profile that replaces the one in the configuration')
    .option('--origins', 'also show the file and line of each value')
    .option('--json', 'print JSON: the resolved configuration, or the problems')
    .addHelpText(
      'after',
      `
Examples:
  tidemark validate
  tidemark validate production.yaml --profile high-accuracy
  TIDEMARK__SCHEDULE__INTERVAL=5m tidemark validate --json

Exit codes: 0 valid, 1 invalid.`,
    )
    .action(async (file: string, options: ValidateOptions) => {
      const asked = { file, environment: process.env, profile: options.profile };
      const accepted = await acceptedQueries(asked);
      process.exitCode = validate(
        file,
        { ...options, acceptedQueries: accepted },
        {
          write: (text) => process.stdout.write(text),
          writeError: (text) => process.stderr.write(text),
          environment: process.env,
          isTerminal: process.stderr.isTTY === true,
        },
      );
    });
}
