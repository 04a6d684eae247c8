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
/** So many proposals are shown. */
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

/** Of settings with which the same comes out, the first: it asks for the least. */
function distinct(candidates: readonly TuningCandidate[]): TuningCandidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ falseAlertsPerWeek, recall, medianDelaySeconds }) => {
    const outcome = `${falseAlertsPerWeek} ${recall} ${medianDelaySeconds}`;
    const isNew = !seen.has(outcome);
    seen.add(outcome);
    return isNew;
  });
}

function print({ metric, budgetPerWeek, labels, candidates }: Proposal): void {
  const best = candidates[0]!;
  const lines = candidates.map(({ settings, falseAlertsPerWeek, recall, medianDelaySeconds }) => {
    const { persistence, minimumDeviation } = settings;
    const knobs = `falseAlertsPerWeek ${settings.falseAlertsPerWeek}, persistence ${persistence.hits} of ${persistence.window}, minimum deviation ${minimumDeviation.absolute}`;
    const delay = Number.isNaN(medianDelaySeconds) ? 'nothing found' : `half ${soonText(medianDelaySeconds)}`;
    return `  ${percent(recall)} found, ${delay}, ${figure(falseAlertsPerWeek)} false alerts a week: ${knobs}`;
  });
  const verdict = best.isWithinBudget
    ? `The best within ${figure(budgetPerWeek)} false alerts per series and week:`
    : `Nothing that was tried stays within ${figure(budgetPerWeek)} false alerts per series and week; the quietest:`;
  const { persistence, minimumDeviation, falseAlertsPerWeek } = best.settings;
  const yaml = stringify({
    metrics: [{ name: metric, detection: { falseAlertsPerWeek, persistence, minimumDeviation } }],
  });
  process.stdout.write(
    `${metric}: ${verdict}\n${lines.join('\n')}\n\n${yaml}\n${basisSentence(labels)}\n` +
      'Chosen and measured on the same history, so a little flattering: try it with "tidemark plan" before you keep it.\n',
  );
}

/** `tidemark tune`. */
export function tuneCommand(): Command {
  return withHistoryOptions(new Command('tune'))
    .description('propose settings that meet a budget of false alerts and find the most')
    .option('--budget <number>', 'false alerts per series and week that you accept', positiveNumber)
    .option('--from <time>', 'the beginning of the history; 28 days ago when left out')
    .option('--to <time>', 'the end of the history; now when left out')
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
