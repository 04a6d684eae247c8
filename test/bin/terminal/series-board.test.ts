import { describe, expect, it } from 'vitest';
import { SeriesBoard } from '../../../bin/terminal/series-board.ts';
import { ConnectionWatch } from '../../../lib/connections/connection-watch.ts';
import type { ResultStore } from '../../../lib/results/result-store.ts';
import { watchedResultStore } from '../../../lib/results/watched-result-store.ts';

const inner: ResultStore = {
  name: 'ordered',
  needsOrder: true,
  bandAheadStepSeconds: 900,
  write: async () => {},
  check: async () => ({ service: 'ordered', isUp: true, detail: '' }),
  [Symbol.asyncDispose]: async () => {},
};

describe('what wraps a result store', () => {
  it.each([
    ['the board of a terminal', new SeriesBoard(inner, 10)],
    ['the watch over connections', watchedResultStore(inner, new ConnectionWatch().of('results', 'ordered'))],
  ])('keeps what the store demands: %s', (_, { name, needsOrder, bandAheadStepSeconds }) => {
    expect({ name, needsOrder, bandAheadStepSeconds }).toEqual({
      name: 'ordered',
      needsOrder: true,
      bandAheadStepSeconds: 900,
    });
  });
});
