import type { Estimate } from './estimate.ts';
import { basisSentence, type LabelBasis } from './label-basis.ts';
import { type DetectionMetrics, INCIDENTS_PER_WEEK } from './metrics.ts';
import type { RecallRow } from './recall-table.ts';

/** The figures of a card. */
export interface CardFigures {
  readonly metric: string;
  readonly series: number;
  /** The total length of the judged parts, in weeks of series. */
  readonly seriesWeeks: number;
  /** False alerts per series and week that the user accepted. */
  readonly budgetPerWeek: number;
  readonly metrics: DetectionMetrics;
  readonly table: readonly RecallRow[];
  /** The labels of the history; undefined without any. */
  readonly labels: LabelBasis | undefined;
}

/** How good the alerts of a metric are, in words and numbers. */
export interface AccuracyCard extends CardFigures {
  /** One sentence that answers "can I page on this?". */
  readonly headline: string;
  /** Sentences, each about one figure. */
  readonly sentences: readonly string[];
}

/** With fewer judged weeks of series a rate is unreliable. */
const FEW_WEEKS = 4;
/** A large fault of a kind is reliably found from the first fraction on, and hardly below the second. */
const RELIABLE = 0.9;
const HARDLY = 0.5;

/** Writes the card of a metric. */
export function accuracyCard(figures: CardFigures): AccuracyCard {
  return { ...figures, headline: headline(figures), sentences: sentencesOf(figures) };
}

function headline({ metrics, budgetPerWeek }: CardFigures): string {
  const { recall, falseAlertsPerWeek, delaySeconds } = metrics;
  const rate = falseAlertsPerWeek.value;
  if (recall.value === null || rate === null)
    return rate === null
      ? 'There is too little history after the warm-up for any figures.'
      : `No fault could be injected; expect about ${figure(rate)} false alerts per series and week.`;
  const kept = rate <= budgetPerWeek ? 'within' : 'above';
  const delay = delaySeconds.value === null ? '' : `, half of those ${soonText(delaySeconds.value)}`;
  return (
    `${percent(recall.value)} of the injected faults were found${delay}, at ${figure(rate)} false ` +
    `${figure(rate) === '1' ? 'alert' : 'alerts'} per series and week: ${kept} the budget of ${figure(budgetPerWeek)}.`
  );
}

function sentencesOf({ series, seriesWeeks, budgetPerWeek, metrics, table, labels }: CardFigures): string[] {
  const { recallByChance, quietOverGaps, precision, falseAlertsPerWeek, coverage } = metrics;
  return [
    `Measured on ${series} series, ${figure(seriesWeeks)} weeks of series in all.${
      seriesWeeks < FEW_WEEKS ? ' That is little: rely on the intervals, not the figures.' : ''
    }`,
    `False alerts: ${withInterval(falseAlertsPerWeek, figure)} per series and week, where ${figure(budgetPerWeek)} ${
      budgetPerWeek === 1 ? 'was' : 'were'
    } accepted.`,
    basisSentence(labels),
    ...sizesIn(table),
    ...(recallByChance.value === null
      ? []
      : [
          `In ${percent(recallByChance.value)} of the same places there was an alert without a fault: that share is chance.`,
        ]),
    ...(precision.value === null
      ? []
      : [
          `If ${INCIDENTS_PER_WEEK === 1 ? 'one incident' : `${INCIDENTS_PER_WEEK} incidents`} a week happened, ` +
            `${withInterval(precision, percent)} of the alerts would be real.`,
        ]),
    ...(quietOverGaps.value === null
      ? []
      : [`Gaps in the data raised no alert in ${withInterval(quietOverGaps, percent)} of the cases.`]),
    ...(coverage.value === null
      ? []
      : [`The models' bands held ${withInterval(coverage, percent)} of the samples after their training.`]),
  ];
}

function sizesIn(table: readonly RecallRow[]): string[] {
  const toFind = table.filter(({ expects }) => expects === 'alert');
  const named = (test: (share: number) => boolean): string[] =>
    toFind.flatMap(({ title, cells }) => {
      const largest = cells.findLast(({ injected }) => injected > 0);
      const share = largest?.share.value ?? null;
      return largest === undefined || share === null || !test(share)
        ? []
        : [`${title} (${largest.sizeLabel}: ${percent(share)})`];
    });
  const reliable = named((share) => share >= RELIABLE);
  const hardly = named((share) => share < HARDLY);
  if (reliable.length > 1 && reliable.length === toFind.length)
    return [
      `Every kind of fault is reliably found when large, in ${percent(RELIABLE)} of the cases or more.`,
    ];
  return [
    ...(reliable.length === 0 ? [] : [`Reliably found when large: ${reliable.join(', ')}.`]),
    ...(hardly.length === 0 ? [] : [`Mostly missed even when large: ${hardly.join(', ')}.`]),
  ];
}

/** A figure with its interval: `0.9 (0.4 to 1.5)`. */
export function withInterval({ value, low, high }: Estimate, text: (value: number) => string): string {
  if (value === null) return 'unknown';
  return low === null || high === null ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`;
}

/** A fraction as a whole percentage, never rounded up to 100 %. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  if (rounded === 100 && share < 1) return '> 99%';
  if (rounded === 0 && share > 0) return '< 1%';
  return `${rounded}%`;
}

/** A figure with two significant digits. */
export function figure(value: number): string {
  return Math.abs(value) >= 10 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}

/** A delay in words: `at the first sample`, `within 7 min`. */
export function soonText(seconds: number): string {
  return seconds === 0 ? 'at the first sample' : `within ${durationText(seconds)}`;
}

/** A duration in words: `45 s`, `7 min`, `2.5 h`, `3 d`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${figure(seconds)} s`;
  if (seconds < 3600) return `${figure(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${figure(seconds / 3600)} h` : `${figure(seconds / 86_400)} d`;
}
