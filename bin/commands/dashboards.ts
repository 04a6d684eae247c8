import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { loadForCommand } from '../load-configuration.ts';

interface DashboardsOptions {
  readonly config: string;
  readonly directory: string;
}

async function writeDashboards({ config, directory }: DashboardsOptions): Promise<void> {
  const configuration = await loadForCommand(config);
  mkdirSync(directory, { recursive: true });
  for (const [name, dashboard] of Object.entries(dashboards(configuration))) {
    const file = join(directory, name);
    writeFileSync(file, dashboardText(dashboard));
    process.stdout.write(`${file}: ${dashboard.title}\n`);
  }
}

/** The dashboard as the text of its file. */
export function dashboardText(dashboard: object): string {
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

/** `tidemark dashboards`. */
export function dashboardsCommand(): Command {
  return new Command('dashboards')
    .description('write the Grafana dashboards for the configured data source and bucket')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--directory <folder>', 'output folder', 'config/dashboards')
    .addHelpText(
      'after',
      `
Import the files in Grafana (Dashboards, New, Import), or put them in Grafana's provisioning folder.

Exit codes: 0 written, 1 the configured results are not in InfluxDB.`,
    )
    .action(writeDashboards);
}
