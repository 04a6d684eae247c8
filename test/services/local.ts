import { Command } from 'commander';
import { queryInfluxDb } from './influxdb-query.ts';
import { type Deployment, deployLocally, type StackServices } from './local-deployment.ts';
import { streamProgress } from './progress.ts';
import type { Addresses } from './service.ts';
import { startServices } from './start-services.ts';

const POLL_MILLISECONDS = 3000;
/** Two ticks a minute apart, and what starting takes. */
const ONCE_MILLISECONDS = 240_000;
const SHOWN_VERDICTS = 12;

/** One verdict as InfluxDB gives it back. */
interface VerdictRow {
  readonly _time: string;
  readonly metric: string;
  readonly kind: string;
  readonly value?: number;
  readonly expected?: number;
  readonly score?: number;
  readonly [tag: string]: unknown;
}
interface TickRow {
  readonly _time: string;
  readonly seriesScored?: number;
  readonly verdictsWritten?: number;
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort());
const { signal } = interruption;
const report = (text: string) => process.stderr.write(`${text}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function ticks(influxdb: Addresses['influxdb'], since: Date): Promise<TickRow[]> {
  const flux = `|> filter(fn: (r) => r._measurement == "tick")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group() |> sort(columns: ["_time"])`;
  return queryInfluxDb<TickRow>(influxdb, flux, since.toISOString());
}

async function verdicts(influxdb: Addresses['influxdb'], since: Date): Promise<VerdictRow[]> {
  const flux = `|> filter(fn: (r) => r._measurement == "verdict") |> last()
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group() |> sort(columns: ["metric"])`;
  return queryInfluxDb<VerdictRow>(influxdb, flux, since.toISOString());
}

async function verdictCount(influxdb: Addresses['influxdb'], since: Date): Promise<number> {
  const flux = `|> filter(fn: (r) => r._measurement == "verdict" and r._field == "kind") |> group() |> count()`;
  const [row] = await queryInfluxDb<{ _value: number }>(influxdb, flux, since.toISOString());
  return row?._value ?? 0;
}

function verdictLine(row: VerdictRow): string {
  const hidden = new Set([
    'result',
    'table',
    'metric',
    'kind',
    'value',
    'expected',
    'lower',
    'upper',
    'score',
  ]);
  const labels = Object.entries(row)
    .filter(
      ([name, value]) =>
        !name.startsWith('_') && !hidden.has(name) && typeof value === 'string' && value !== '',
    )
    .filter(([name]) => name !== 'channel' && name !== 'job')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const number = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(4));
  const expected = row.expected === undefined ? '' : ` expected ${number(row.expected)}`;
  return `  ${row._time.slice(11, 19)}  ${row.metric.padEnd(18)} ${labels.padEnd(40)} ${number(row.value).padStart(10)}${expected}  ${row.kind}`;
}

async function showVerdicts(influxdb: Addresses['influxdb'], since: Date): Promise<void> {
  const rows = await verdicts(influxdb, since);
  for (const row of rows.slice(0, SHOWN_VERDICTS)) print(verdictLine(row));
  if (rows.length > SHOWN_VERDICTS) print(`  and ${rows.length - SHOWN_VERDICTS} more series`);
}

/** Follows the ticks; gives up when `once` is asked for and the rule has not fired twice in time. */
async function follow(services: StackServices, since: Date, once: boolean): Promise<boolean> {
  const deadline = Date.now() + ONCE_MILLISECONDS;
  let seen = 0;
  while (!signal.aborted) {
    const rows = await ticks(services.influxdb, since);
    for (const row of rows.slice(seen)) {
      const total = await verdictCount(services.influxdb, since);
      const { seriesScored = 0 } = row;
      const hint = total === 0 ? ': Prometheus has no samples of that time yet' : '';
      print(
        `tick ${row._time.slice(11, 19)}  ${seriesScored} series scored, ${total} verdicts in InfluxDB${hint}`,
      );
      if (!once) await showVerdicts(services.influxdb, since);
    }
    seen = Math.max(seen, rows.length);
    const scored = rows.filter(({ seriesScored = 0 }) => seriesScored > 0);
    if (once && scored.length >= 2) {
      await showVerdicts(services.influxdb, since);
      return true;
    }
    if (once && Date.now() > deadline) {
      report(
        `Missing: the rule fired ${rows.length} ticks, ${scored.length} of them scored series; two were expected.`,
      );
      return false;
    }
    await pause(POLL_MILLISECONDS);
  }
  return !once;
}

async function run({ once }: { readonly once: boolean }): Promise<number> {
  const progress = streamProgress(process.stderr);
  const names = ['cloud', 'prometheus', 'nodeExporter', 'influxdb'] as const;
  await using services = await startServices({ names, progress, signal });
  const { cloud, prometheus, influxdb } = services;
  if (cloud === undefined || prometheus === undefined || influxdb === undefined) {
    report('Missing: the local cloud needs a cloud, Prometheus and InfluxDB; see above what is unavailable.');
    return 1;
  }
  const since = new Date();
  const stack = { cloud, prometheus, influxdb };
  const deployment: Deployment = await deployLocally(stack, { progress, signal });
  report(
    `\n${deployment.stackName} is deployed; its rule fires every minute, for the first time within one.\n` +
      `Prometheus: ${prometheus.url}. InfluxDB: ${influxdb.url}, bucket ${influxdb.bucket}. Cloud: ${cloud.endpoint}.\n` +
      'This Prometheus is new, and a series is judged when it has half a day of history: until then its verdicts are\n' +
      '`warming-up`. `npm run demo` shows judged ones at once.',
  );
  report(once ? 'Waiting for two ticks...\n' : 'Ctrl-C ends it and what it started.\n');
  return (await follow(stack, since, once)) ? 0 : 1;
}

const program = new Command('local')
  .description('Deploys the stack to the local cloud and follows its ticks.')
  .option('--once', 'wait for two ticks that the rule fired, print the verdicts and end', false)
  .action(async (options: { once: boolean }) => {
    process.exitCode = await run(options);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!signal.aborted) report(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = signal.aborted ? 130 : 1;
}
