#!/usr/bin/env node
import { Command } from 'commander';
import { alertsCommand } from './commands/alerts.ts';
import { backtestCommand } from './commands/backtest.ts';
import { dashboardsCommand } from './commands/dashboards.ts';
import { demoCommand } from './commands/demo.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { feedbackCommand } from './commands/feedback.ts';
import { initCommand } from './commands/init.ts';
import { modelCommand } from './commands/model.ts';
import { modelsCommand } from './commands/models.ts';
import { monitorCommand } from './commands/monitor.ts';
import { planCommand } from './commands/plan.ts';
import { queryCommand } from './commands/query.ts';
import { resultsCommand } from './commands/results.ts';
import { statusCommand } from './commands/status.ts';
import { trainCommand } from './commands/train.ts';
import { tuneCommand } from './commands/tune.ts';
import { validateCommand } from './commands/validate.ts';
import { endWhenOutputCloses } from './terminal/closed-output.ts';
import { explainFailure } from './terminal/failure.ts';

endWhenOutputCloses([process.stdout, process.stderr]);

const program = new Command('tidemark')
  .description('Anomaly detection for Prometheus metrics: on AWS as scheduled functions, or on this machine.')
  .version('0.1.0')
  // Options after a command belong to that command, also for nested commands.
  .enablePositionalOptions()
  .showHelpAfterError('Run with --help to see the commands and options.')
  .addCommand(demoCommand())
  .addCommand(initCommand())
  .addCommand(validateCommand())
  .addCommand(monitorCommand())
  .addCommand(trainCommand())
  .addCommand(modelCommand())
  .addCommand(modelsCommand())
  .addCommand(resultsCommand())
  .addCommand(statusCommand())
  .addCommand(queryCommand())
  .addCommand(alertsCommand())
  .addCommand(exportCommand())
  .addCommand(evaluateCommand())
  .addCommand(backtestCommand())
  .addCommand(planCommand())
  .addCommand(tuneCommand())
  .addCommand(feedbackCommand())
  .addCommand(dashboardsCommand())
  .addHelpText(
    'after',
    `
Examples:
  tidemark demo                                  see it work on simulated hosts
  tidemark init --prometheus URL                 write a configuration for your Prometheus
  tidemark validate config/config.yaml           check a configuration
  tidemark train --config config/config.yaml     learn from the history in Prometheus
  tidemark monitor --config config/config.yaml   monitor Prometheus from this machine
  tidemark evaluate --csv kpi.csv --open         measure detection on your own history
  tidemark status --json                         state of source, stores and metrics

Exit codes: 0 success, 1 a problem that the message explains, 130 interrupted.`,
  );

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = 1;
}
