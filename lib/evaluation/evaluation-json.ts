import type { Fault } from './faults/fault.ts';
import { faults } from './faults/registry.ts';
import type { MetricEvaluation } from './metric-evaluation.ts';

/** An evaluation as JSON: all figures, each injection with its outcome, without the samples. */
export function evaluationJson({ card, labelled, calibration, bandLevel, series }: MetricEvaluation): object {
  return {
    ...card,
    bandLevel: Number.isNaN(bandLevel) ? null : bandLevel,
    labelled: labelled ?? null,
    calibration,
    perSeries: series.map(({ labels, samples, noise, stepSeconds, firstRow, judgement }) => ({
      labels,
      stepSeconds,
      samples: samples.values.length,
      judgedFrom: instantAt(samples.timesSeconds, firstRow),
      judgedTo: instantAt(samples.timesSeconds, samples.timesSeconds.length - 1),
      noise,
      alerts: judgement.alertRows
        .filter((row) => row >= firstRow)
        .map((row) => instantAt(samples.timesSeconds, row)),
      injections: judgement.outcomes.map(({ injection, isFound, delaySeconds, isFoundByChance }) => ({
        kind: injection.fault,
        size: sizeLabel(faults[injection.fault], injection.sizeIndex),
        from: instantAt(samples.timesSeconds, injection.firstIndex),
        to: instantAt(samples.timesSeconds, injection.lastIndex),
        isFound,
        delaySeconds: delaySeconds ?? null,
        isFoundByChance,
      })),
    })),
  };
}

function sizeLabel(fault: Fault, sizeIndex: number): string {
  return fault.sizeLabel(fault.sizes[sizeIndex]!);
}

function instantAt(timesSeconds: Float64Array, row: number): string | null {
  const seconds = timesSeconds[row];
  return seconds === undefined ? null : new Date(seconds * 1000).toISOString();
}
