import { Command } from 'commander';
import { stringify } from 'yaml';
import { figure, percent, soonText } from '../../lib/evaluation/accuracy-card.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { basisSentence, type LabelBasis } from '../../lib/evaluation/label-basis.ts';
import { type TuningCandidate, tune } from '../../lib/evaluation/tuning.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { type HistoryOptions, openHistory, withHistoryOptions } from '../evaluation/history-options.ts';
import { positiveNumber } from './evaluate.ts';

const INJECTIONS = 120;
const SEED = 1;
/** Number of proposals shown. */
const SHOWN = 5;

interface TuneOptions extends HistoryOptions {
  readonly budget?: number;
  readonly json: boolean;
}

async function tuneCommandLine(options: TuneOptions): Promise<number> {
  const { histories, warnings } = await openHistory(options, 0);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const proposals = [];
  for (const history of histories.filter(({ series }) => series.length > 0)) {
    const { detector, settings } = history.monitor;
    const budgetPerWeek = options.budget ?? settings.falseAlertsPerWeek;
    const { card, series } = await evaluate({
      ...history,
      kinds: faultNames,
      injections: INJECTIONS,
      seed: SEED,
    });
    const candidates = distinct(tune(series, detector, settings, budgetPerWeek)).slice(0, SHOWN);
    proposals.push({ metric: history.name, budgetPerWeek, labels: card.labels, candidates });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(proposals, undefined, 2)}\n`);
  else for (const proposal of proposals) print(proposal);
  return proposals.length > 0 ? 0 : 1;
}

interface Proposal {
  readonly metric: string;
  readonly budgetPerWeek: number;
  readonly labels: LabelBasis | undefined;
  readonly candidates: readonly TuningCandidate[];
}

/** The first of the candidates that look the same to a person: it changes the settings least. */
function distinct(candidates: readonly TuningCandidate[]): TuningCandidate[] {
  const seen = new Set<string>();
  return candidates.filter((candidate) => {
    const outcome = outcomeText(candidate);
    const isNew = !seen.has(outcome);
    seen.add(outcome);
    return isNew;
  });
}

function outcomeText({ falseAlertsPerWeek, recall, medianDelaySeconds }: TuningCandidate): string {
  const delay = Number.isNaN(medianDelaySeconds) ? 'nothing found' : `half ${soonText(medianDelaySeconds)}`;
  return `${percent(recall)} found, ${delay}, ${figure(falseAlertsPerWeek)} false alerts a week`;
}

function print({ metric, budgetPerWeek, labels, candidates }: Proposal): void {
  const best = candidates[0]!;
  const lines = candidates.map((candidate) => {
    const { settings } = candidate;
    const { persistence, minimumDeviation } = settings;
    const values = `falseAlertsPerWeek ${settings.falseAlertsPerWeek}, persistence ${persistence.hits} of ${persistence.window}, minimum deviation ${minimumDeviation.absolute}`;
    return `  ${outcomeText(candidate)}: ${values}`;
  });
  const verdict = best.isWithinBudget
    ? `The best within ${figure(budgetPerWeek)} false alerts per series and week:`
    : `No tried settings stay within ${figure(budgetPerWeek)} false alerts per series and week; the fewest alerts:`;
  const { persistence, minimumDeviation, falseAlertsPerWeek } = best.settings;
  const yaml = stringify({
    metrics: [{ name: metric, detection: { falseAlertsPerWeek, persistence, minimumDeviation } }],
  });
  process.stdout.write(
    `${metric}: ${verdict}\n${lines.join('\n')}\n\n${yaml}\n${basisSentence(labels)}\n` +
      'These figures are slightly optimistic: the settings were chosen and measured on the same history. Check them with "tidemark plan" first.\n',
  );
}

/** `tidemark tune`. */
export function tuneCommand(): Command {
  return withHistoryOptions(new Command('tune'))
    .description('propose the settings that find most within a budget of false alerts')
    .option(
      '--budget <number>',
      'accepted false alerts per series and week; default: configured',
      positiveNumber,
    )
    .option('--from <time>', 'start of the history; default: 28 days ago')
    .option('--to <time>', 'end of the history; default: now')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark tune --csv requests.csv --budget 0.5
  tidemark tune --metric cpu_usage`,
    )
    .action(async (options: TuneOptions) => {
      process.exitCode = await tuneCommandLine(options);
    });
}
