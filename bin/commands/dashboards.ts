import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { loadConfiguration } from '../../lib/config/load.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';

interface DashboardsOptions {
  readonly config: string;
  readonly directory: string;
}

function writeDashboards({ config, directory }: DashboardsOptions): void {
  const { configuration } = loadConfiguration({ file: config, environment: process.env });
  mkdirSync(directory, { recursive: true });
  for (const [name, dashboard] of Object.entries(dashboards(configuration))) {
    const file = join(directory, name);
    writeFileSync(file, dashboardText(dashboard));
    process.stdout.write(`${file}: ${dashboard.title}\n`);
  }
}

/** As it is written to a file. */
export function dashboardText(dashboard: object): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

/** `tidemark dashboards`. */
export function dashboardsCommand(): Command {
  return new Command('dashboards')
    .description('write the dashboards of Grafana, for the data source and bucket of the configuration')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--directory <folder>', 'where the files go', 'config/dashboards')
    .addHelpText(
      'after',
      `
Import the files in Grafana (Dashboards, New, Import), or lay them where Grafana is provisioned from.

Exit codes: 0 written, 1 the results do not go to InfluxDB.`,
    )
    .action(writeDashboards);
}
