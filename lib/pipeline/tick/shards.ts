import { createHash } from 'node:crypto';

/**
 * The shard that a metric belongs to, by its name alone, so that adding or removing metrics moves no other one.
 *
 * @param shards how many there are; >= 1.
 * @returns 0 to shards - 1.
 */
export function shardOf(metric: string, shards: number): number {
  return createHash('sha256').update(metric).digest().readUInt32BE(0) % shards;
}
