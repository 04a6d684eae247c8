import * as z from 'zod/mini';
import { forEachConcurrently } from '../../connections/concurrency.ts';
import { changeObject } from '../../storage/change-object.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { ObjectStore, WriteCondition } from '../../storage/object-store.ts';
import { UnreadableRunError } from '../errors.ts';
import {
  type MetricProgress,
  metricProgress,
  type RetrainPlan,
  type RetrainReport,
  type RetrainRequest,
  retrainPlan,
  retrainReport,
  retrainRequest,
} from './retrain-run.ts';

const ROOT = 'runs/retrain/';
/** Small objects that are read at once: thousands, one after the other, take minutes. */
const READS = 16;

/** The state of the runs: small objects below one folder a run, which go with time (see lib/cdk/storage.ts). */
export class RetrainStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** @returns the request that holds under this id: the given one, or the one that was there before. */
  keepRequest(id: string, request: RetrainRequest): Promise<RetrainRequest> {
    return this.#keep(`${ROOT}${id}/request.json`, retrainRequest, request);
  }

  request(id: string): Promise<RetrainRequest | undefined> {
    return this.#read(`${ROOT}${id}/request.json`, retrainRequest);
  }

  /** @returns the plan that holds: the given one, or the one that was there before. */
  keepPlan(plan: RetrainPlan): Promise<RetrainPlan> {
    return this.#keep(`${ROOT}${plan.id}/plan.json`, retrainPlan, plan);
  }

  plan(id: string): Promise<RetrainPlan | undefined> {
    return this.#read(`${ROOT}${id}/plan.json`, retrainPlan);
  }

  metric(id: string, metric: string): Promise<MetricProgress | undefined> {
    return this.#read(keyOf(id, metric), metricProgress);
  }

  /** How far each of the metrics has come, in their order; undefined for one of which nothing is noted. */
  async metrics(id: string, metrics: readonly string[]): Promise<(MetricProgress | undefined)[]> {
    const found: (MetricProgress | undefined)[] = [];
    await forEachConcurrently(metrics, READS, async (metric, index) => {
      found[index] = await this.metric(id, metric);
    });
    return found;
  }

  /**
   * Notes how far a metric has come, unless it has come as far already: a step that was given up and repeated may still be
   * under way, and writes what it reached long after the others have gone on.
   */
  async note(id: string, metric: string, progress: MetricProgress): Promise<void> {
    const key = keyOf(id, metric);
    await changeObject(this.#objects, key, (stored) => {
      const known = stored && contentOf(key, stored.bytes, metricProgress);
      const outranks = known === undefined || farness(known) < farness(progress);
      return outranks ? bytesOf(progress) : stored!.bytes;
    });
  }

  report(id: string): Promise<RetrainReport | undefined> {
    return this.#read(`${ROOT}${id}/report.json`, retrainReport);
  }

  /** @returns the report that holds: the given one, or the one that was there before. */
  keepReport(id: string, report: RetrainReport): Promise<RetrainReport> {
    return this.#keep(`${ROOT}${id}/report.json`, retrainReport, report);
  }

  async #keep<Content>(key: string, schema: z.ZodMiniType<Content>, content: Content): Promise<Content> {
    try {
      await this.#write(key, content, { kind: 'absent' });
      return content;
    } catch (error) {
      if (!(error instanceof ObjectConflictError)) throw error;
    }
    const kept = await this.#read(key, schema);
    if (kept === undefined) throw new UnreadableRunError(key, 'it was there, and is gone');
    return kept;
  }

  async #write(key: string, content: unknown, condition: WriteCondition): Promise<void> {
    await this.#objects.put(key, bytesOf(content), condition);
  }

  async #read<Content>(key: string, schema: z.ZodMiniType<Content>): Promise<Content | undefined> {
    const stored = await this.#objects.get(key);
    return stored && contentOf(key, stored.bytes, schema);
  }
}

/** That a metric is in use is known better by the step that put it there than by the one that waited for it. */
function farness(progress: MetricProgress): number {
  if (progress.stage === 'fitting') return 0;
  if (progress.stage === 'fitted') return 1;
  return progress.status === 'failed' ? 2 : 3;
}

function bytesOf(content: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(content));
}

/** @throws UnreadableRunError */
function contentOf<Content>(key: string, bytes: Uint8Array, schema: z.ZodMiniType<Content>): Content {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnreadableRunError(key, 'it is not JSON', { cause: error });
  }
  const reading = schema.safeParse(content);
  if (reading.success) return reading.data;
  throw new UnreadableRunError(key, z.prettifyError(reading.error));
}

function keyOf(id: string, metric: string): string {
  return `${ROOT}${id}/metrics/${encodeURIComponent(metric)}.json`;
}
