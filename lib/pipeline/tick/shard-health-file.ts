import * as z from 'zod/mini';
import type { ConnectionHealth } from '../../connections/connection-health.ts';
import type { HealthNote } from './health-note.ts';
import type { MetricHealth } from './metric-health.ts';
import type { LearntOfSource } from './query-memory.ts';

/** How the connections were that one shard works with. */
export interface ShardHealth {
  readonly shard: number;
  /** The tick that wrote it, Unix seconds: from then on nothing but counts has changed. */
  readonly timeSeconds: number;
  readonly connections: readonly ConnectionHealth[];
  /** Metrics that are not scored, and those whose recovery people do not know of yet. */
  readonly metrics: readonly MetricHealth[];
  /** What was noticed within a day. */
  readonly notes: readonly HealthNote[];
  /** What ticks have learnt of the source; undefined when nothing is worth keeping. */
  readonly learnt?: LearntOfSource | undefined;
}

const VERSION = 1;
/** A page of HTML that came as an answer is no reason to read. */
const MAXIMUM_REASON = 500;

const trouble = z.object({
  state: z.enum(['degraded', 'down']),
  sinceSeconds: z.number(),
  ticks: z.number(),
  troubles: z.number(),
  reason: z.string(),
});

const connection = z.object({
  role: z.enum(['source', 'results', 'objects', 'alerts', 'copies']),
  service: z.string(),
  state: z.enum(['up', 'degraded', 'down']),
  sinceSeconds: z.number(),
  trouble: z.optional(trouble),
  lastTrouble: z.optional(z.extend(trouble, { untilSeconds: z.number() })),
});

const metric = z.object({
  metric: z.string(),
  state: z.enum(['scored', 'waiting', 'silent']),
  lastScoredSeconds: z.number(),
  isNew: z.boolean(),
  reason: z.string(),
  isNotified: z.boolean(),
});

const note = z.object({
  kind: z.enum([
    'points-late',
    'points-rejected',
    'results-spooled',
    'results-given-up',
    'copies-rejected',
    'copies-spooled',
    'copies-given-up',
    'state-set-aside',
    'catch-up-skipped',
  ]),
  sinceSeconds: z.number(),
  lastSeconds: z.number(),
  count: z.number(),
  reason: z.string(),
});

const learnt = z.object({
  slow: z.record(z.string(), z.object({ mostSteps: z.number(), triedSeconds: z.number() })),
  clocks: z.record(
    z.string(),
    z.object({ clockSeconds: z.number(), tickSeconds: z.number(), ticks: z.number() }),
  ),
  filled: z.optional(z.object({ seconds: z.number(), foundSeconds: z.number() })),
});

const file = z.object({
  version: z.literal(VERSION),
  shard: z.number(),
  timeSeconds: z.number(),
  connections: z.array(connection),
  // Those who wrote before them left them out.
  metrics: z.optional(z.array(metric)),
  notes: z.optional(z.array(note)),
  learnt: z.optional(learnt),
});

/** As it is stored: JSON that a person can read. */
export function encodeShardHealth(health: ShardHealth): Uint8Array {
  const shorten = (name: string, value: unknown) =>
    name === 'reason' && typeof value === 'string' ? value.slice(0, MAXIMUM_REASON) : value;
  return Buffer.from(`${JSON.stringify({ version: VERSION, ...health }, shorten, 2)}\n`);
}

/** @throws an error for bytes that are no health of this version. */
export function decodeShardHealth(bytes: Uint8Array): ShardHealth {
  const {
    version: _,
    connections,
    metrics = [],
    notes = [],
    ...health
  } = file.parse(JSON.parse(Buffer.from(bytes).toString()));
  return {
    ...health,
    metrics,
    notes,
    connections: connections.map(({ trouble: present, lastTrouble, ...rest }) => ({
      ...rest,
      trouble: present,
      lastTrouble,
    })),
  };
}
