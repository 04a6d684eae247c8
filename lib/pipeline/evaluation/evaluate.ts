import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import { accuracyCard } from '../../evaluation/accuracy-card.ts';
import { calibrationCurve, judgedWeeks } from '../../evaluation/calibration-curve.ts';
import type { FaultName } from '../../evaluation/faults/registry.ts';
import type { LabelBasis } from '../../evaluation/label-basis.ts';
import { labelledMetrics } from '../../evaluation/labelled-metrics.ts';
import type { MetricEvaluation } from '../../evaluation/metric-evaluation.ts';
import { detectionMetrics } from '../../evaluation/metrics.ts';
import { recallTable } from '../../evaluation/recall-table.ts';
import { evaluateSeries, type SeriesEvaluation } from '../../evaluation/series-evaluation.ts';
import type { Feedback } from '../../models/feedback.ts';
import { cleanSamples } from '../../series/cleaning.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { feedbackTruth } from './feedback-truth.ts';
import type { SeriesModels } from './series-models.ts';

const DAY_SECONDS = 86_400;
/** The detector needs a week of warm-up before a rate per week is meaningful. */
const WARM_UP_DAYS = 7;
/** Maximum share of a short history used for warm-up. */
const WARM_UP_SHARE = 0.5;

/** A metric with its history and its monitoring settings, to be evaluated. */
export interface HistoryToEvaluate {
  /** The metric's name. */
  readonly name: string;
  readonly monitor: SeriesMonitor<unknown>;
  /** Undefined to run the detector without models. */
  readonly models: SeriesModels | undefined;
  readonly series: readonly Series[];
  /** Series with the same labels; the value is 1 during an incident, else 0. */
  readonly truth?: readonly Series[] | undefined;
  /** Feedback on alerts of this metric; it labels the series that `truth` does not. */
  readonly feedback?: readonly Feedback[] | undefined;
  /** End of the warm-up; default: one week, or half of a history shorter than two weeks. */
  readonly fromSeconds?: number | undefined;
  readonly kinds: readonly FaultName[];
  /** Injections per series. */
  readonly injections: number;
  readonly seed: number;
}

/**
 * Evaluates a metric on its own history: replays every series sample by sample through the code of the tick, injects
 * faults into copies of it, and judges the alerts. It writes nothing, and equal requests give equal results.
 */
export async function evaluate(request: HistoryToEvaluate): Promise<MetricEvaluation> {
  const { name, monitor, kinds, injections, seed } = request;
  const bandLevel = request.models?.bandLevel ?? Number.NaN;
  const truths = new Map(request.truth?.map((one) => [seriesKey(one.labels), one.samples]));
  const series: SeriesEvaluation[] = [];
  const used: Feedback[] = [];
  for (const [index, { labels, samples: raw }] of request.series.entries()) {
    const { samples } = cleanSamples(raw);
    const models = (await request.models?.of(seriesKey(labels), samples)) ?? [];
    const truth = truths.get(seriesKey(labels));
    const fromFeedback =
      truth === undefined ? feedbackTruth(samples, feedbackOn(labels, request.feedback)) : undefined;
    used.push(...(fromFeedback?.used ?? []));
    const evaluated = {
      labels,
      samples,
      models,
      truth: truth ? truthAt(samples, truth) : fromFeedback?.labels,
    };
    const fromSeconds = request.fromSeconds ?? warmUntil(samples);
    series.push(
      evaluateSeries(monitor, evaluated, { fromSeconds, kinds, injections, bandLevel, seed: seed + index }),
    );
  }
  const judged = series.map((evaluation) => ({ evaluation, judgement: evaluation.judgement }));
  const { settings, detector } = monitor;
  return {
    card: accuracyCard({
      metric: name,
      series: series.length,
      seriesWeeks: series.reduce((sum, one) => sum + judgedWeeks(one), 0),
      budgetPerWeek: settings.falseAlertsPerWeek,
      metrics: detectionMetrics(judged, bandLevel, seed),
      table: recallTable(
        series.flatMap(({ judgement }) => judgement.outcomes),
        seed,
      ),
      labels: labelBasis(series, truths.size > 0, used),
    }),
    labelled: labelledMetrics(judged, seed),
    calibration: calibrationCurve(series, detector, settings),
    bandLevel,
    series,
  };
}

function feedbackOn(labels: Labels, feedback: readonly Feedback[] = []): Feedback[] {
  const key = seriesKey(labels);
  return feedback.filter((one) => seriesKey(one.labels) === key);
}

function labelBasis(
  series: readonly SeriesEvaluation[],
  isWhole: boolean,
  used: readonly Feedback[],
): LabelBasis | undefined {
  if (isWhole) {
    const incidents = series.reduce((sum, one) => sum + one.incidents.length, 0);
    return { kind: 'whole-history', incidents, falseAlarms: 0 };
  }
  if (used.length === 0) return undefined;
  const incidents = used.filter(({ judgement }) => judgement === 'confirmed').length;
  return { kind: 'judged-alerts', incidents, falseAlarms: used.length - incidents };
}

function warmUntil({ timesSeconds }: Samples): number {
  const first = timesSeconds[0] ?? 0;
  const spanSeconds = (timesSeconds.at(-1) ?? 0) - first;
  return first + Math.min(WARM_UP_DAYS * DAY_SECONDS, WARM_UP_SHARE * spanSeconds);
}

/** The labels at the samples' times; 0 when there is none. Both are ascending. */
function truthAt({ timesSeconds }: Samples, truth: Samples): Uint8Array {
  const labels = new Uint8Array(timesSeconds.length);
  let at = 0;
  for (const [row, time] of timesSeconds.entries()) {
    while (at < truth.timesSeconds.length && truth.timesSeconds[at]! < time) at += 1;
    if (truth.timesSeconds[at] === time && truth.values[at]! > 0) labels[row] = 1;
  }
  return labels;
}
