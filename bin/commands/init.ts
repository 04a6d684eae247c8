import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import { estimateCost } from '../../lib/cdk/cost/estimate-cost.ts';
import { composeDiscovery } from '../../lib/compose/discovery.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import type { PresetName } from '../../lib/config/presets/preset-files.ts';
import { printableText } from '../../lib/config/printable-text.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { configurationText } from '../../lib/discovery/configuration-text.ts';
import { type Proposal, propose } from '../../lib/discovery/propose.ts';
import { type Survey, surveyServer } from '../../lib/discovery/survey.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { evaluationContext } from '../evaluation/history-options.ts';
import {
  headerOption,
  type InitOptions,
  numberWithin,
  presetList,
  sourceOf,
} from '../terminal/init-options.ts';
import { type InitQuestions, terminalQuestions } from '../terminal/init-questions.ts';
import { proposalLines, surveyLines } from '../terminal/init-view.ts';
import { Screen } from '../terminal/screen.ts';
import { paintFor } from '../terminal/style.ts';

const DEFAULT_URL = 'http://127.0.0.1:9090';
const DEFAULT_OTHER_METRICS = 10;
const CONCURRENCY = 4;
const DAY_SECONDS = 86_400;

/** The answers to all questions, whether they came from the command line or the terminal. */
interface Answers {
  readonly presets: readonly PresetName[];
  readonly otherMetrics: number;
  readonly falseAlertsPerWeek: number;
}

async function init(options: InitOptions): Promise<number> {
  refuseToOverwrite(options.out);
  const questions = questionsOf(options);
  const url =
    options.prometheus ??
    (await questions?.url(suggestedUrl())) ??
    (options.yes ? suggestedUrl() : undefined);
  if (url === undefined) return 130;
  const source = sourceOf(url, options);
  const asked = configurationSchema.safeParse({
    source: { ...source, timeout: '30s', retries: 1 },
    metrics: [{ name: 'up', query: 'up' }],
  });
  if (!asked.success) {
    const [{ message = '', path = [] } = {}] = asked.error.issues;
    // A password in an address is never repeated.
    const address = printableText(url.replace(/\/\/[^/\s]*@/, '//********@'));
    const place = path.at(-1) === 'url' ? `address ${address}` : path.join('.');
    throw new RangeError(
      `The ${place} ${message}: write it like http://127.0.0.1:9090, with --username and --password-env if it needs them`,
    );
  }
  const discovery = await composeDiscovery(asked.data, evaluationContext());
  const nowSeconds = Date.now() / 1000;
  const survey = await reachable(url, () => surveyServer(discovery, nowSeconds));
  if (survey.names.length === 0) {
    fail(`${url} has no metric with a sample of the last two hours: check its targets at ${url}/targets`);
    return 1;
  }
  print(surveyLines(survey));
  const answers = await answersOf(options, survey, questions);
  if (answers === undefined) return 130;
  const proposal = await reachable(url, () =>
    withProgress((note) =>
      propose(
        survey,
        discovery.source,
        { ...answers, seriesLimit: options.maxSeries, concurrency: CONCURRENCY },
        note,
      ),
    ),
  );
  print(proposalLines(proposal, paintFor(process.stdout)));
  if (proposal.kept.length === 0) {
    fail(
      'No metric is worth watching, so nothing was written: see what was left out above, or try --other 50',
    );
    return 1;
  }
  const wishes = {
    source,
    falseAlertsPerWeek: answers.falseAlertsPerWeek,
    file: options.out,
    nowSeconds,
  };
  writeNew(options.out, configurationText(proposal, wishes));
  printOutcome(options.out, proposal, survey);
  return 0;
}

/** @throws RangeError when the file exists: it is never overwritten. */
function refuseToOverwrite(file: string): void {
  if (existsSync(file))
    throw new RangeError(`${file} exists and is not overwritten: name another file with --out, or remove it`);
  if (!existsSync(dirname(file)))
    throw new RangeError(
      `The folder ${dirname(file)} does not exist: create it, or name another file with --out`,
    );
}

/** @throws RangeError when there is nobody to ask. */
function questionsOf({ yes }: InitOptions): InitQuestions | undefined {
  if (yes) return undefined;
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true)
    throw new RangeError('init asks questions on a terminal: add --yes to take the suggestions');
  return terminalQuestions();
}

function suggestedUrl(): string {
  return process.env.PROMETHEUS_URL || DEFAULT_URL;
}

async function answersOf(
  { presets, other, falseAlerts }: InitOptions,
  survey: Survey,
  questions: InitQuestions | undefined,
): Promise<Answers | undefined> {
  const recognised = survey.presets.map(({ name }) => name);
  const unknown = presets?.filter((name) => !recognised.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new RangeError(
      `The server has no metrics of ${unknown.join(', ')}; recognised: ${recognised.join(', ') || 'none'}`,
    );
  const suggested: Answers = {
    presets: presets ?? recognised,
    otherMetrics: other ?? DEFAULT_OTHER_METRICS,
    falseAlertsPerWeek: falseAlerts ?? 1,
  };
  if (questions === undefined) return suggested;
  const chosen = presets ?? (recognised.length === 0 ? recognised : await questions.presets(survey.presets));
  if (chosen === undefined) return undefined;
  const otherMetrics = other ?? (await questions.otherMetrics(suggested.otherMetrics));
  if (otherMetrics === undefined) return undefined;
  const falseAlertsPerWeek =
    falseAlerts ?? (await questions.falseAlertsPerWeek(suggested.falseAlertsPerWeek));
  return falseAlertsPerWeek === undefined ? undefined : { presets: chosen, otherMetrics, falseAlertsPerWeek };
}

/** @throws Error with what to do when the server can't be reached, or refuses. */
async function reachable<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SourceUnavailableError || error instanceof SourceQueryError)) throw error;
    const said = printableText(error.message, 400)
      .replace('source.url in the configuration', '--prometheus')
      .replace('source.auth in the configuration', '--token-env, or --username and --password-env');
    throw new Error(
      `${said}\nCheck that Prometheus runs, and its address (--prometheus URL, with its path prefix if it has one). From this machine\n  curl '${printableText(url.replace(/\/+$/, ''))}/api/v1/query?query=up'\nmust print JSON. A server that asks who you are needs --token-env, or --username and --password-env.`,
      { cause: error },
    );
  }
}

async function withProgress(
  work: (note: (done: number, total: number) => void) => Promise<Proposal>,
): Promise<Proposal> {
  using screen = new Screen(process.stderr);
  return work((done, total) => {
    if (screen.isLive) screen.draw([`Trying metrics: ${done} of ${total}`]);
  });
}

/** @throws RangeError when the file was created in the meantime. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new RangeError(`${file} could not be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** What was written, what it would cost on AWS, and the next command. */
function printOutcome(file: string, { kept }: Proposal, { historySeconds }: Survey): void {
  const { configuration } = loadConfiguration({ file });
  const seriesCount = kept.reduce((sum, one) => sum + one.seriesCount, 0);
  const { total } = estimateCost(configuration, seriesCount);
  const minimum = configuration.model.minimumHistorySeconds;
  const prefix = process.env.npm_lifecycle_event === 'tidemark' ? 'npm run tidemark --' : 'tidemark';
  const train = `${prefix} train --config ${file}`;
  const monitor = `${prefix} monitor --config ${file}`;
  print([
    '',
    `${file}: ${kept.length} metrics, ${seriesCount} series. It is valid.`,
    `On this machine it costs nothing; deployed to AWS about ${total.toFixed(2)} dollars a month (list prices, without your own servers).`,
    ...besideLines(file),
    historySeconds < minimum
      ? `The history is shorter than ${Math.round(minimum / DAY_SECONDS)} days, too short to train on: monitor learns as it runs.`
      : 'Next, learn from the history, then monitor:',
    ...(historySeconds < minimum ? [] : [`  ${train}`]),
    `  ${monitor}`,
  ]);
}

/** influxdb.yaml beside a configuration overrides its results. */
function besideLines(file: string): string[] {
  const beside = join(dirname(file), 'influxdb.yaml');
  if (!existsSync(beside)) return [];
  return [
    `Note: ${beside} stands beside it and overrides its results: they go to InfluxDB. Move ${basename(file)} to a folder of its own to write files.`,
  ];
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** `tidemark init`. */
export function initCommand(): Command {
  return new Command('init')
    .description('look at your Prometheus and write a configuration with the metrics worth watching')
    .option('--prometheus <url>', `URL of your Prometheus; default: PROMETHEUS_URL, else ${DEFAULT_URL}`)
    .option('--out <file>', 'file to write; an existing one is never overwritten', 'config.yaml')
    .addOption(
      new Option(
        '--presets <names>',
        'presets to use, such as node-exporter,redis, or none; default: all recognised',
      ).argParser(presetList),
    )
    .addOption(
      new Option(
        '--other <number>',
        `metrics that no preset knows, at most; default: ${DEFAULT_OTHER_METRICS}`,
      ).argParser(numberWithin('--other', 0, 500, true)),
    )
    .addOption(
      new Option(
        '--false-alerts <number>',
        'false alerts that you accept per series and week; default: 1',
      ).argParser(numberWithin('--false-alerts', 0.0001, 10_080, false)),
    )
    .addOption(
      new Option('--max-series <number>', 'series of one metric, at most')
        .argParser(numberWithin('--max-series', 1, 100_000, true))
        .default(1000),
    )
    .option('--token-env <variable>', 'environment variable that holds a bearer token for Prometheus')
    .option('--username <name>', 'user name for Prometheus (basic authentication)')
    .option('--password-env <variable>', 'environment variable that holds its password')
    .addOption(
      new Option(
        '--header <header>',
        'another header for Prometheus, such as "X-Scope-OrgID: team-a"; repeatable',
      )
        .argParser(headerOption)
        .default({}, 'none'),
    )
    .option('-y, --yes', 'ask nothing: take the suggestions and the options given', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark init
  tidemark init --prometheus http://127.0.0.1:9090 --yes
  tidemark init --yes --presets node-exporter,postgresql --other 0 --out hosts.yaml

Exit codes: 0 written, 1 a problem that the message explains (also when the file exists), 130 interrupted.`,
    )
    .action(async (options: InitOptions) => {
      process.exitCode = await init(options);
    });
}
