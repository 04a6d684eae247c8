import { Argument, Command, InvalidArgumentError } from 'commander';
import { composeAlertHistory } from '../../lib/compose/alert-history.ts';
import { composeFeedback } from '../../lib/compose/feedback.ts';
import { type Feedback, type FeedbackJudgement, judgements } from '../../lib/models/feedback.ts';
import { giveFeedback } from '../../lib/pipeline/feedback/give-feedback.ts';
import type { RecordedIncident } from '../../lib/results/alert-history.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { loadForCommand } from '../load-configuration.ts';
import { incidentJson } from '../terminal/incident-json.ts';
import { paintFor } from '../terminal/style.ts';

const DAY_SECONDS = 86_400;

interface FeedbackOptions {
  readonly config: string;
  readonly json: boolean;
}

/** A recorded incident with its feedback. */
interface JudgedIncident extends RecordedIncident {
  readonly feedback: Feedback | undefined;
}

async function open(config: string) {
  const configuration = await loadForCommand(config);
  const runtime = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  return {
    alerts: await composeAlertHistory(configuration, runtime),
    store: composeFeedback(configuration, runtime),
  };
}

async function give(
  alertId: string,
  judgement: FeedbackJudgement,
  { config, json, note }: FeedbackOptions & { readonly note?: string },
): Promise<void> {
  const { alerts, store } = await open(config);
  const timeSeconds = Date.now() / 1000;
  const feedback = await giveFeedback(alerts, store, { alertId, judgement, note, timeSeconds });
  if (json) {
    process.stdout.write(`${JSON.stringify(feedback, undefined, 2)}\n`);
    return;
  }
  const { metric, labels, startSeconds } = feedback;
  process.stdout.write(`${metric}${seriesKey(labels)} since ${utcMinute(startSeconds)} UTC: ${judgement}\n`);
}

async function list({ config, json, days }: FeedbackOptions & { readonly days: number }): Promise<void> {
  const { alerts, store } = await open(config);
  const feedbackById = new Map((await store.all()).map((feedback) => [feedback.incidentId, feedback]));
  const incidents = (await alerts.incidents(Date.now() / 1000 - days * DAY_SECONDS)).map((incident) => ({
    ...incident,
    feedback: feedbackById.get(incident.incidentId),
  }));
  if (json) process.stdout.write(`${JSON.stringify(incidents.map(jsonOf), undefined, 2)}\n`);
  else for (const line of linesOf(incidents, days)) process.stdout.write(`${line}\n`);
}

function jsonOf({ feedback, ...incident }: JudgedIncident) {
  return {
    ...incidentJson(incident),
    judgement: feedback?.judgement ?? null,
    note: feedback?.note ?? null,
  };
}

function linesOf(incidents: readonly JudgedIncident[], days: number): string[] {
  if (incidents.length === 0) return [`No alerts in the last ${days} days.`];
  const paint = paintFor(process.stdout);
  const judged = incidents.filter(({ feedback }) => feedback !== undefined);
  return [
    ...incidents.flatMap(({ incidentId, metric, labels, onsetSeconds, isOver, explanation, feedback }) => {
      const judgement = feedback?.judgement ?? 'not judged';
      const colour = { confirmed: 'red', 'false-alarm': 'yellow', 'not judged': 'dim' } as const;
      const state = `${paint(colour[judgement], judgement)}${isOver ? '' : ', still open'}`;
      return [
        `${paint('bold', incidentId)}  ${utcMinute(onsetSeconds)} UTC  ${metric}${seriesKey(labels)}  ${state}`,
        `  ${explanation}`,
        ...(feedback?.note === undefined ? [] : [`  Note: ${feedback.note}`]),
      ];
    }),
    `${incidents.length} in the last ${days} days, ${judged.length} judged.`,
  ];
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!(days > 0 && days <= 3650))
    throw new InvalidArgumentError('It must be a number of days above 0, at most 3650.');
  return days;
}

/** `tidemark feedback`. */
export function feedbackCommand(): Command {
  const feedback = new Command('feedback')
    .description(
      'say whether an alert was right; evaluations use it, and trainings leave confirmed incidents out',
    )
    .argument('<alert-id>', 'id of the alert or its incident; the first characters are enough')
    .addArgument(new Argument('<judgement>', 'whether the alert was right').choices(judgements))
    .option('--note <text>', 'note for the next reader')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark feedback list
  tidemark feedback b8d6a4f2 confirmed --note "disk full"
  tidemark feedback 3f0c1c5c false-alarm

Exit codes: 0 saved, 1 alert not found.`,
    )
    .enablePositionalOptions()
    .action(give);
  feedback
    .command('list')
    .description('list recent alerts with their feedback')
    .option('--days <number>', 'how many days back', daysOf, 30)
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(list);
  return feedback;
}
