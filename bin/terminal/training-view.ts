import type { TrainedSeries } from '../../lib/models/model-set.ts';
import type { RetrainOutcome } from '../../lib/pipeline/retrain/run-retrain.ts';
import { progressBar } from './progress-bar.ts';
import type { Screen } from './screen.ts';
import type { Paint } from './style.ts';

/** At most this many series without a new model are listed with their reasons. */
const SHOWN_SERIES = 10;

/** The progress of a training. */
export interface TrainingProgress {
  readonly metric: string;
  readonly seriesDone: number;
  readonly seriesTotal: number;
}

/**
 * Shows the progress of a training: bars on a terminal, otherwise one line per metric when its fits begin.
 */
export class TrainingProgressView {
  readonly #screen: Screen;
  readonly #write: (line: string) => void;
  readonly #byMetric = new Map<string, TrainingProgress>();

  /** @param write prints lines when the screen is not a terminal. */
  constructor(screen: Screen, metrics: readonly string[], write: (line: string) => void) {
    this.#screen = screen;
    this.#write = write;
    for (const metric of metrics) this.#byMetric.set(metric, { metric, seriesDone: 0, seriesTotal: 0 });
    this.#draw();
  }

  /** Call with every finished series. */
  note(progress: TrainingProgress): void {
    const isFirst = (this.#byMetric.get(progress.metric)?.seriesTotal ?? 0) === 0;
    this.#byMetric.set(progress.metric, progress);
    if (this.#screen.isLive) this.#draw();
    else if (isFirst) this.#write(`${progress.metric}: fitting ${progress.seriesTotal} series`);
  }

  #draw(): void {
    const width = Math.max(...[...this.#byMetric.keys()].map((name) => name.length));
    const bars = [...this.#byMetric.values()].map(({ metric, seriesDone, seriesTotal }) =>
      progressBar(metric.padEnd(width), seriesDone, seriesTotal),
    );
    this.#screen.draw(bars);
  }
}

/** The outcome of a training for one metric, as lines of text. */
export function trainingLines(training: RetrainOutcome, paint: Paint): string[] {
  const { metric, status, reason, version, warnings, series } = training;
  const colour = { promoted: 'green', kept: 'yellow', rejected: 'yellow', failed: 'red' } as const;
  const head = `${paint('bold', metric)}  ${paint(colour[status], status)}${version === undefined ? '' : `  ${version}`}`;
  const others = series.filter(({ decision }) => decision.outcome !== 'promoted');
  const shown = others
    .slice(0, SHOWN_SERIES)
    .map(({ key, decision }) => `    ${key} ${decision.outcome}: ${decision.reasons.join('; ')}`);
  const more = others.length - shown.length;
  return [
    head,
    ...(reason === undefined ? [] : [`  ${reason}`]),
    ...(series.length === 0 ? [] : [`  ${series.length} series: ${countsOf(series)}`]),
    ...alertsLine(series),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...shown,
    ...(more > 0 ? [`    and ${more} more: tidemark model show ${metric}`] : []),
  ];
}

/**
 * How many alerts the detector raised on the held-out ends, with the new models and with the previous ones.
 */
function alertsLine(series: readonly TrainedSeries[]): string[] {
  const rates = (name: 'candidate' | 'champion') =>
    series.flatMap(({ decision }) => decision[name]?.falseAlertsPerWeek ?? []);
  const mean = (values: readonly number[]) =>
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2);
  const [candidates, champions] = [rates('candidate'), rates('champion')];
  if (candidates.length === 0) return [];
  const before = champions.length === 0 ? '' : `, with the champions ${mean(champions)}`;
  return [`  replay of the held-out end: ${mean(candidates)} alerts a series and week${before}`];
}

/** `5 new models (3 prophet, 2 seasonal-naive), 1 kept`. */
export function countsOf(series: readonly TrainedSeries[]): string {
  const promoted = series.filter(({ decision }) => decision.outcome === 'promoted');
  const kinds = countBy(promoted.map(({ fitted }) => fitted?.kind ?? 'none'));
  const rest = countBy(
    series.flatMap(({ decision }) => (decision.outcome === 'promoted' ? [] : [decision.outcome])),
  );
  const promotions =
    promoted.length === 0
      ? []
      : [`${promoted.length} new ${promoted.length === 1 ? 'model' : 'models'} (${kinds.join(', ')})`];
  return [...promotions, ...rest].join(', ');
}

function countBy(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`);
}
