import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluateRetrained } from '../../../lib/pipeline/evaluation/evaluate-retrained.ts';
import { evaluationDocument } from '../../../lib/pipeline/evaluation/evaluation-documents.ts';
import {
  noteProgress,
  planDocument,
  type SettledMetric,
} from '../../../lib/pipeline/retrain/retrain-documents.ts';
import { RunStore } from '../../../lib/pipeline/runs/run-store.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';

const NIGHT_SECONDS = 1_762_000_000;
const bound = { metrics: 2, series: 3, injections: 50 };

async function retrained(
  statuses: Readonly<Record<string, SettledMetric['status']>>,
  timeSeconds = NIGHT_SECONDS,
) {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-retrained-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const objects = new FilesystemObjectStore(folder);
  const runs = new RunStore(objects);
  const started = new Set<string>();
  const metrics = Object.keys(statuses);
  await runs.keepFirst(planDocument, 'night', { id: 'night', timeSeconds, metrics });
  for (const [metric, status] of Object.entries(statuses))
    await noteProgress(runs, 'night', metric, {
      stage: 'settled',
      status,
      figures: {},
      reasons: [],
      warnings: [],
    });
  const ports = {
    runs,
    workflow: { start: async (id: string) => void started.add(id) },
  };
  const orders = async () =>
    Promise.all([...started].map(async (id) => (await runs.read(evaluationDocument, id))!.order));
  return { ports, started, orders };
}

describe('evaluateRetrained', () => {
  it('evaluates what was trained, up to the end of the history that it was trained on', async () => {
    const { ports, orders } = await retrained({ cpu: 'promoted', disk: 'failed', memory: 'rejected' });
    const ids = await evaluateRetrained(ports, 'night', bound);
    expect(ids).toHaveLength(2);
    expect((await orders()).map(({ metric }) => metric).toSorted()).toEqual(['cpu', 'memory']);
    for (const order of await orders())
      expect(order).toMatchObject({
        to: new Date(NIGHT_SECONDS * 1000).toISOString(),
        maximumSeries: 3,
        injections: 50,
      });
  });

  it('starts the same evaluations once, however often the step is repeated', async () => {
    const { ports, started } = await retrained({ cpu: 'promoted', memory: 'kept' });
    const ids = await evaluateRetrained(ports, 'night', bound);
    expect(await evaluateRetrained(ports, 'night', bound)).toEqual(ids);
    expect(started.size).toBe(2);
  });

  it('gives each metric its turn from night to night when they are more than the bound', async () => {
    const statuses = { a: 'promoted', b: 'promoted', c: 'promoted', d: 'promoted', e: 'promoted' } as const;
    const seen = new Map<string, number>();
    for (let night = 0; night < 5; night += 1) {
      const { ports, orders } = await retrained(statuses, NIGHT_SECONDS + night * 86_400);
      await evaluateRetrained(ports, 'night', bound);
      const metrics = (await orders()).map(({ metric }) => metric);
      expect(new Set(metrics).size).toBe(2);
      for (const metric of metrics) seen.set(metric, (seen.get(metric) ?? 0) + 1);
    }
    expect([...seen.values()]).toEqual([2, 2, 2, 2, 2]);
  });

  it('has nothing to do where everything failed', async () => {
    const { ports, started } = await retrained({ cpu: 'failed' });
    expect(await evaluateRetrained(ports, 'night', bound)).toEqual([]);
    expect(started.size).toBe(0);
  });
});
