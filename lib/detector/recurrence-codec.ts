import type { ColumnReader, Columns } from './columns.ts';
import { EPISODES, emptyRecurrence, type RecurrenceMemory } from './recurrence.ts';

/**
 * Most series remember few episodes: only those there are stand in the columns, the oldest of each series first, with their number a series.
 *
 * @returns columns whose names begin with "episode".
 */
export function encodeRecurrences(memories: readonly RecurrenceMemory[]): Columns {
  const counts = Uint8Array.from(memories, ({ starts }) => starts.filter((start) => start > 0).length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const starts = new Uint32Array(total);
  const lengths = new Uint32Array(total);
  const sizes = new Float32Array(total);
  let place = 0;
  for (const memory of memories)
    for (let step = 0; step < EPISODES; step += 1) {
      const index = (memory.next + step) % EPISODES;
      if (memory.starts[index] === 0) continue;
      starts[place] = memory.starts[index]!;
      lengths[place] = memory.lengths[index]!;
      sizes[place] = memory.sizes[index]!;
      place += 1;
    }
  return { episodeCounts: counts, episodeStarts: starts, episodeLengths: lengths, episodeSizes: sizes };
}

/**
 * The memories back, in their order. Policies of version 7 and before remember no episodes: they begin with none.
 *
 * @throws InvalidDetectorStateError when the columns do not fit together.
 */
export function decodeRecurrences(reader: ColumnReader, series: number): RecurrenceMemory[] {
  const memories = Array.from({ length: series }, () => emptyRecurrence());
  if (!reader.has('episodeCounts')) return memories;
  const counts = reader.column('episodeCounts', Uint8Array, series);
  const total = counts.reduce((sum, count) => sum + Math.min(count, EPISODES), 0);
  const starts = reader.column('episodeStarts', Uint32Array, total);
  const lengths = reader.column('episodeLengths', Uint32Array, total);
  const sizes = reader.column('episodeSizes', Float32Array, total);
  let first = 0;
  for (const [index, memory] of memories.entries()) {
    const end = first + counts[index]!;
    memory.starts.set(starts.subarray(first, end));
    memory.lengths.set(lengths.subarray(first, end));
    memory.sizes.set(sizes.subarray(first, end));
    memory.next = (end - first) % EPISODES;
    first = end;
  }
  return memories;
}
