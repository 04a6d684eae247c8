import { describe, expect, it } from 'vitest';
import { detectors } from '../../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { evaluate, type HistoryToEvaluate } from '../../../lib/pipeline/evaluation/evaluate.ts';
import { evaluationRecords } from '../../../lib/pipeline/evaluation/evaluation-records.ts';
import { simulatedHistory } from '../simulated-history.ts';

const request: HistoryToEvaluate = {
  name: 'cpu',
  monitor: { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: 300 },
  models: undefined,
  series: simulatedHistory(14, 1),
  kinds: ['spike', 'gap'],
  injections: 20,
  seed: 7,
};

describe('evaluationRecords', () => {
  it('holds the figures of the card with their bounds, at the end of the history', async () => {
    const evaluation = await evaluate(request);
    const { recall, falseAlertsPerWeek } = evaluation.card.metrics;
    const [headline] = evaluationRecords(evaluation, false);
    expect(headline).toMatchObject({
      measurement: 'evaluation',
      metric: 'cpu',
      isSimulated: false,
      timeSeconds: request.series[0]!.samples.timesSeconds.at(-1),
      headline: evaluation.card.headline,
      fields: {
        recall: recall.value,
        recallLow: recall.low,
        recallHigh: recall.high,
        falseAlertsPerWeek: falseAlertsPerWeek.value,
        budgetPerWeek: 1,
        series: 1,
        incidents: 0,
        coverage: Number.NaN,
      },
    });
  });

  it('has a record for each kind and size of which something was injected', async () => {
    const evaluation = await evaluate(request);
    const [, ...cells] = evaluationRecords(evaluation, true);
    const injected = evaluation.card.table.flatMap(({ cells }) => cells.filter((cell) => cell.injected > 0));
    expect(cells).toHaveLength(injected.length);
    expect(cells.every(({ isSimulated }) => isSimulated)).toBe(true);
    expect(cells).toContainEqual(
      expect.objectContaining({ kind: 'spike', size: 'large', expects: 'alert', magnitude: '20 × noise' }),
    );
    expect(cells).toContainEqual(expect.objectContaining({ kind: 'gap', size: 'small', expects: 'silence' }));
    const [spike] = evaluation.card.table;
    const { share, delaySeconds, succeeded } = spike!.cells[2]!;
    expect(
      cells.find((cell) => 'kind' in cell && cell.kind === 'spike' && cell.size === 'large')?.fields,
    ).toMatchObject({
      succeeded,
      share: share.value,
      shareLow: share.low,
      delaySeconds: delaySeconds.value,
    });
  });

  it('is the same for the same evaluation, and empty without a sample', async () => {
    const again = evaluationRecords(await evaluate(request), false);
    expect(again).toEqual(evaluationRecords(await evaluate(request), false));
    expect(evaluationRecords(await evaluate({ ...request, series: [] }), false)).toEqual([]);
  });
});
