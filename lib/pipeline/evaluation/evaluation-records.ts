import type { AccuracyCard } from '../../evaluation/accuracy-card.ts';
import type { Estimate } from '../../evaluation/estimate.ts';
import type { MetricEvaluation } from '../../evaluation/metric-evaluation.ts';
import type { EvaluationRecallRecord, EvaluationRecord } from '../../results/result-store.ts';

/** The sizes of every fault. */
const SIZES = ['small', 'medium', 'large'] as const;

/**
 * The records of an evaluation: the figures of the accuracy card, and one record per kind and size. A repeated evaluation
 * gives the same records.
 *
 * @returns no records when there was no sample to evaluate.
 */
export function evaluationRecords(
  { card, series }: Pick<MetricEvaluation, 'card' | 'series'>,
  isSimulated: boolean,
): (EvaluationRecord | EvaluationRecallRecord)[] {
  const timeSeconds = Math.max(...series.map(({ samples }) => samples.timesSeconds.at(-1) ?? -Infinity));
  if (!Number.isFinite(timeSeconds)) return [];
  const common = { metric: card.metric, isSimulated, timeSeconds: Math.floor(timeSeconds) };
  return [
    { measurement: 'evaluation', ...common, headline: card.headline, fields: headlineFields(card) },
    ...card.table.flatMap(({ fault, expects, cells }) =>
      cells.flatMap(({ sizeLabel, injected, succeeded, share, delaySeconds }, index) => {
        if (injected === 0) return [];
        const fields = {
          injected,
          succeeded,
          ...bounds('share', share),
          ...bounds('delaySeconds', delaySeconds),
        };
        const kindAndSize = { kind: fault, size: SIZES[index]!, expects, magnitude: sizeLabel };
        return [{ measurement: 'evaluation_recall' as const, ...common, ...kindAndSize, fields }];
      }),
    ),
  ];
}

function headlineFields({
  metrics,
  budgetPerWeek,
  series,
  seriesWeeks,
  labels,
}: AccuracyCard): Record<string, number> {
  const { points, ...figures } = metrics;
  const estimates: [string, Estimate][] = [
    ...Object.entries(figures),
    ['pointPrecision', points.precision],
    ['pointRecall', points.recall],
    ['pointF1', points.f1],
  ];
  return {
    budgetPerWeek,
    series,
    seriesWeeks,
    incidents: labels?.incidents ?? 0,
    falseAlarms: labels?.falseAlarms ?? 0,
    ...Object.assign({}, ...estimates.map(([name, estimate]) => bounds(name, estimate))),
  };
}

/** NaN without a value: result stores leave it out. */
function bounds(name: string, { value, low, high }: Estimate): Record<string, number> {
  return {
    [name]: value ?? Number.NaN,
    [`${name}Low`]: low ?? Number.NaN,
    [`${name}High`]: high ?? Number.NaN,
  };
}
