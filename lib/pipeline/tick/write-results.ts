import { ResultsRejectedError, ResultsUnavailableError, UnreadableSpoolError } from '../../results/errors.ts';
import type { ResultSpool } from '../../results/result-spool.ts';
import type { GapRecord, ResultRecord, ResultStore } from '../../results/result-store.ts';
import { gapsOf, type SpooledBatch, withinBounds } from '../../results/spool-bounds.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Tick } from './tick.ts';

/** One tick writes at most this many ticks of the spool: a monitor without a deadline has its next step to score. */
const BATCHES_PER_TICK = 30;
/** Draining stops when less than this share of the tick's time is left: the state has to be saved. */
const SHARE_KEPT = 0.5;

/** What writing results works with. */
export interface WritingPorts {
  readonly results: Pick<ResultStore, 'name' | 'needsOrder' | 'write'>;
  readonly spool: ResultSpool;
  readonly logger: Logger;
  readonly remainingMilliseconds?: () => number;
}

/** What became of the records of a tick. */
export interface Written {
  /** Records that the store refused for what they are: they would be refused for ever, so the tick goes on. */
  readonly rejected: number;
  /** Records that wait in the spool: the store is down, or takes records in their order alone and older ones wait. */
  readonly spooled: number;
  /** Whether the store has failed: it is not asked once more in this tick. */
  readonly hasFailed: boolean;
  /** Records of earlier ticks that were given up to stay within the bounds of the spool. */
  readonly givenUp: number;
  /** What waits now, oldest first. */
  readonly spool: readonly SpooledBatch[];
}

type WritingTick = Pick<Tick, 'shard' | 'timeSeconds' | 'metrics'>;

/**
 * Writes the records of a tick. What can't be written now is put in the spool, so that the state can be saved and
 * alerts can be sent although the store of results is down.
 *
 * @param waiting what is in the spool already, oldest first.
 * @throws an error of the object store when the spool can't be written either: nothing is saved then, and the next tick
 *   scores the same steps.
 */
export async function writeOrSpool(
  ports: WritingPorts,
  tick: WritingTick,
  waiting: readonly SpooledBatch[],
  records: readonly ResultRecord[],
): Promise<Written> {
  const written: Written = { rejected: 0, spooled: 0, hasFailed: false, givenUp: 0, spool: waiting };
  if (records.length === 0) return written;
  // A store that takes records in their order alone would refuse what waits once it has these.
  const waitsForOlder = ports.results.needsOrder === true && waiting.length > 0;
  try {
    if (!waitsForOlder) return { ...written, rejected: await writeAll(ports, records) };
  } catch (error) {
    if (!(error instanceof ResultsUnavailableError)) throw error;
    ports.logger.error('The results could not be written; they wait in the spool for a later tick', {
      shard: tick.shard,
      records: records.length,
      ticksWaiting: waiting.length + 1,
      error,
    });
  }
  const { kept, givenUp } = withinBounds(waiting, tick.timeSeconds, ports.spool.bounds);
  const gaps = await gapsLeftBy(ports, tick, givenUp);
  const batch = await ports.spool.put(tick.shard, tick.timeSeconds, [...gaps, ...records]);
  return {
    rejected: 0,
    spooled: records.length,
    hasFailed: !waitsForOlder,
    givenUp: givenUp.reduce((sum, { recordCount }) => sum + recordCount, 0),
    spool: [...kept.filter(({ key }) => key !== batch.key), batch],
  };
}

/** What became of the records that waited. */
export interface Drained {
  readonly rejected: number;
  /** Ticks whose records left the spool; their objects can be removed once no stored state names them. */
  readonly drained: readonly SpooledBatch[];
  /** What still waits, oldest first. */
  readonly spool: readonly SpooledBatch[];
}

/**
 * Writes what waits in the spool, oldest first, until the store fails or half of the tick's remaining time is used.
 *
 * @param waiting oldest first.
 */
export async function drainSpool(
  ports: WritingPorts,
  shard: number,
  waiting: readonly SpooledBatch[],
): Promise<Drained> {
  const remaining = ports.remainingMilliseconds ?? (() => Infinity);
  const leastRemaining = remaining() * SHARE_KEPT;
  let rejected = 0;
  let count = 0;
  try {
    for (const batch of waiting.slice(0, BATCHES_PER_TICK)) {
      if (remaining() < leastRemaining) break;
      rejected += await writeAll(ports, (await readOrLog(ports, batch)) ?? []);
      count += 1;
    }
  } catch (error) {
    ports.logger.warn('Spooled results could not be written; the next tick tries again', { shard, error });
  }
  if (count > 0)
    ports.logger.info('Spooled results were written', {
      shard,
      ticks: count,
      ticksWaiting: waiting.length - count,
    });
  return { rejected, drained: waiting.slice(0, count), spool: waiting.slice(count) };
}

/** @returns how many records the store refused for what they are. */
async function writeAll(
  { results, logger }: WritingPorts,
  records: readonly ResultRecord[],
): Promise<number> {
  if (records.length === 0) return 0;
  try {
    await results.write(records);
    return 0;
  } catch (error) {
    if (!(error instanceof ResultsRejectedError)) throw error;
    logger.error('The result store refused points', { rejected: error.rejectedCount, error });
    return Math.min(error.rejectedCount, records.length);
  }
}

async function gapsLeftBy(
  ports: WritingPorts,
  tick: WritingTick,
  givenUp: readonly SpooledBatch[],
): Promise<GapRecord[]> {
  if (givenUp.length === 0) return [];
  const steps = new Map(tick.metrics.map(({ name, monitor }) => [name, monitor.stepSeconds]));
  const gaps: GapRecord[] = [];
  for (const batch of givenUp)
    gaps.push(...gapsOf((await readOrLog(ports, batch)) ?? [], (metric) => steps.get(metric) ?? 0));
  ports.logger.error('The spool is full: the oldest results are given up and recorded as gaps', {
    shard: tick.shard,
    ticks: givenUp.length,
    bounds: ports.spool.bounds,
  });
  return gaps;
}

/** @returns undefined for records that are gone or damaged: nothing brings them back. */
async function readOrLog(
  { spool, logger }: WritingPorts,
  batch: SpooledBatch,
): Promise<ResultRecord[] | undefined> {
  try {
    return await spool.read(batch);
  } catch (error) {
    if (!(error instanceof UnreadableSpoolError)) throw error;
    logger.error('Spooled results are damaged and given up', { key: batch.key, error });
    return undefined;
  }
}
