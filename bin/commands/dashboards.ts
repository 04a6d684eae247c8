import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type PushOptions, pushDashboards } from '../../lib/compose/push-dashboards.ts';
import { prometheusRules } from '../../lib/dashboards/alerting/prometheus-rules.ts';
import {
  configuredDashboardStore,
  type DashboardStoreKind,
  dashboardStoreKinds,
  withReadableResults,
} from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { dashboardText, provisioningFiles } from '../../lib/dashboards/provisioning/provisioning-files.ts';
import { loadForCommand } from '../load-configuration.ts';
import { paintFor } from '../terminal/style.ts';

interface DashboardsOptions {
  readonly config: string;
  readonly store?: DashboardStoreKind;
  readonly directory?: string;
  readonly provisioning?: string;
  readonly mountedAt?: string;
  readonly rules?: string;
}

async function writeDashboards({
  config,
  store: kind,
  directory,
  provisioning,
  mountedAt,
  rules,
}: DashboardsOptions): Promise<void> {
  const configuration = withReadableResults(await loadForCommand(config), kind);
  if (rules !== undefined) {
    const text = prometheusRules(configuration, configuredDashboardStore(configuration, 'prometheus'));
    writeAll(dirname(rules), { [basename(rules)]: text });
    return;
  }
  const store = configuredDashboardStore(configuration, kind);
  if (provisioning !== undefined) {
    const files = provisioningFiles(configuration, store, mountedAt);
    writeAll(provisioning, files);
    process.stdout.write(
      `\nStart Grafana with it:\n  GF_PATHS_PROVISIONING=${resolve(provisioning)} grafana server\n`,
    );
    return;
  }
  const made = Object.entries(dashboards(configuration, store));
  writeAll(
    directory ?? `config/dashboards/${store.kind}`,
    Object.fromEntries(made.map(([name, dashboard]) => [name, dashboardText(dashboard)])),
  );
}

function writeAll(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`${file}\n`);
  }
}

interface PushCommandOptions extends PushOptions {
  readonly config: string;
}

async function push(options: PushCommandOptions): Promise<void> {
  const configuration = await loadForCommand(options.config);
  const steps = await pushDashboards(configuration, process.env, options);
  const paint = paintFor(process.stdout);
  for (const { thing, action, differences } of steps) {
    process.stdout.write(`${action === 'unchanged' ? action : paint('green', action)}  ${thing}\n`);
    for (const difference of differences) process.stdout.write(`    ${difference}\n`);
  }
  if (options.dryRun) process.stdout.write('Nothing was sent: without --dry-run it is.\n');
}

const configOption = ['-c, --config <file>', 'configuration file', 'config/config.yaml'] as const;
const storeOption = () =>
  new Option('--store <kind>', 'the store that Grafana reads; default: results.kind').choices([
    ...dashboardStoreKinds,
  ]);

/** `tidemark dashboards`. */
export function dashboardsCommand(): Command {
  const command = new Command('dashboards')
    .description('write the Grafana dashboards, or everything that Grafana provisions')
    .option(...configOption)
    .addOption(storeOption())
    .option('--directory <folder>', 'output folder; default: config/dashboards/<store>')
    .option(
      '--provisioning <folder>',
      'write a provisioning folder instead: data source, dashboards, alert rules, contact points',
    )
    .option(
      '--mounted-at <path>',
      'where Grafana finds that folder; default: its variable GF_PATHS_PROVISIONING',
    )
    .option(
      '--rules <file>',
      'write the alert rules for Prometheus or vmalert instead, over what remote write stored',
    )
    .addHelpText(
      'after',
      `
Examples:
  tidemark dashboards                                        the dashboards, to import by hand
  tidemark dashboards --provisioning grafana                 a folder that Grafana takes as it is
  GF_PATHS_PROVISIONING=$PWD/grafana grafana server          Grafana with it
  tidemark dashboards push --grafana http://127.0.0.1:3000   by the HTTP API
  tidemark dashboards --rules tidemark-rules.yaml            alert rules for Prometheus and vmalert

Exit codes: 0 written, 1 the configured store can't be read by Grafana.`,
    )
    .action(writeDashboards);
  command
    .command('push')
    .description('send the dashboards and alert rules to a Grafana; repeated, it changes nothing')
    .option(...configOption)
    .addOption(storeOption())
    .option('--grafana <url>', 'address of Grafana; default: grafana.url')
    .option('--dry-run', 'show the differences and send nothing', false)
    .addHelpText(
      'after',
      `
grafana.token is a reference to the token of a service account with the role Editor:
  TIDEMARK__GRAFANA__TOKEN__ENV=GRAFANA_TOKEN tidemark dashboards push --dry-run

Exit codes: 0 Grafana has them, 1 Grafana refused something.`,
    )
    .action((options: PushCommandOptions) => push(options));
  return command;
}
