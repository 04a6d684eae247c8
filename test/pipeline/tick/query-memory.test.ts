import { describe, expect, it } from 'vitest';
import { QueryMemory } from '../../../lib/pipeline/tick/query-memory.ts';

const NOW = 1_770_000_000;
const DAY = 86_400;

/** A later process that takes over what an earlier one has learnt. */
function successorOf(memory: QueryMemory, tickSeconds: number): QueryMemory {
  const next = new QueryMemory();
  next.recall(0, memory.learnt(['m'], tickSeconds), tickSeconds);
  return next;
}

describe('what ticks have learnt of a source', () => {
  it('goes on in a new process: slow queries, filled steps and a clock that stands still', () => {
    const memory = new QueryMemory();
    memory.slow.set('m', { mostSteps: 4, triedSeconds: NOW });
    memory.lookedForFilling(30, NOW);
    const clockSeconds = NOW - 600;
    expect(memory.isStill('m', NOW, clockSeconds)).toBe(false);
    const second = successorOf(memory, NOW);
    expect(second.slow.get('m')).toEqual({ mostSteps: 4, triedSeconds: NOW });
    expect(second.filledSeconds(NOW + 60)).toBe(30);
    expect(second.isStill('m', NOW + 60, clockSeconds)).toBe(false);
    expect(successorOf(second, NOW + 60).isStill('m', NOW + 120, clockSeconds)).toBe(true);
  });

  it('is nothing worth keeping while all is well', () => {
    const memory = new QueryMemory();
    memory.lookedForFilling(0, NOW);
    memory.isStill('m', NOW, NOW - 1);
    expect(memory.learnt(['m'], NOW)).toEqual({ slow: {}, clocks: {} });
  });

  it('leaves out metrics that are not configured any more', () => {
    const memory = new QueryMemory();
    memory.slow.set('gone', { mostSteps: 4, triedSeconds: NOW });
    expect(memory.learnt(['m'], NOW).slow).toEqual({});
  });

  it('is taken over once: what this process has found since counts more', () => {
    const memory = new QueryMemory();
    const stored = { slow: { m: { mostSteps: 4, triedSeconds: NOW } }, clocks: {} };
    memory.recall(0, stored, NOW);
    memory.slow.delete('m');
    memory.recall(0, stored, NOW + 60);
    expect(memory.slow.size).toBe(0);
  });

  it('is forgotten after a day, and looked for at once: the offset of the source may be smaller now', () => {
    const memory = new QueryMemory();
    memory.slow.set('m', { mostSteps: 4, triedSeconds: NOW });
    memory.lookedForFilling(30, NOW);
    memory.lookedForFilling(30, NOW + DAY - 60);
    expect(memory.isLookForFillingDue(NOW + DAY - 1)).toBe(false);
    expect(memory.filledSeconds(NOW + DAY - 1)).toBe(30);
    expect(memory.isLookForFillingDue(NOW + DAY)).toBe(true);
    expect(memory.filledSeconds(NOW + DAY)).toBe(0);
    const later = new QueryMemory();
    later.recall(0, memory.learnt(['m'], NOW), NOW + DAY);
    expect(later.slow.size).toBe(0);
    expect(later.filledSeconds(NOW + DAY)).toBe(0);
  });

  it('is found again as it is after that', () => {
    const memory = new QueryMemory();
    memory.lookedForFilling(30, NOW);
    memory.lookedForFilling(0, NOW + DAY);
    expect(memory.isLookForFillingDue(NOW + DAY + 60)).toBe(false);
    memory.lookedForFilling(15, NOW + DAY + 1800);
    expect(memory.filledSeconds(NOW + DAY + 1860)).toBe(15);
  });
});
