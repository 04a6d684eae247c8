import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { baselineModels } from '../../lib/baseline/registry.ts';
import type { FittedModel, TrainedModels } from '../../lib/models/model-set.ts';
import { isRefusal } from '../../lib/prophet/refusal.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { judgeQuality } from '../../lib/series/quality.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';
import { syntheticSeries } from '../prophet/synthetic.ts';

/** A store in a folder that is gone after the test. */
export function temporaryObjects(): { readonly objects: FilesystemObjectStore; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { objects: new FilesystemObjectStore(folder), folder };
}

/** A model of the kind, fitted to a few synthetic days. */
export async function fittedModel(kind: 'prophet' | 'seasonal-naive', seed = 1): Promise<FittedModel> {
  const model = await baselineModels[kind].fit(syntheticSeries({ days: 4, seed }), {});
  if (isRefusal(model)) throw new Error(model.explanation);
  if (kind === 'prophet' && 'growth' in model) {
    const { skill, trainedUntilSeconds } = baselineModels.prophet;
    return {
      kind,
      model,
      skill: skill(model),
      trainedUntilSeconds: trainedUntilSeconds(model),
      carriedFrom: undefined,
    };
  }
  return { kind, model, skill: 0.5, trainedUntilSeconds: 1_700_000_000, carriedFrom: undefined };
}

/** The models of two series: one fitted, one not. */
export async function trainedModels(changes: Partial<TrainedModels> = {}): Promise<TrainedModels> {
  const quality = judgeQuality(syntheticSeries({ days: 4 }), 300);
  const labels = { instance: 'web-1' };
  const lonely = { instance: 'web-2' };
  return {
    metric: 'cpu_usage',
    trainedAtSeconds: 1_772_420_400,
    configurationHash: '0123456789abcdef',
    window: { startSeconds: 1_771_210_800, endSeconds: 1_772_420_400 },
    libraries: { tidemark: '0.1.0' },
    isSimulated: false,
    series: [
      {
        key: seriesKey(labels),
        labels,
        quality,
        decision: { outcome: 'promoted', reasons: ['the first model of this series'] },
        fitted: await fittedModel('prophet'),
      },
      {
        key: seriesKey(lonely),
        labels: lonely,
        quality,
        decision: { outcome: 'too-little-history', reasons: ['3 hours, 2 days are needed'] },
        fitted: undefined,
      },
    ],
    ...changes,
  };
}
