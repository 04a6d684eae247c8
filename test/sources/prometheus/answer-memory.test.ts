import { describe, expect, it } from 'vitest';
import { AnswerMemory, AnswerMemoryError } from '../../../lib/sources/prometheus/answer-memory.ts';

describe('the memory of answers that are read at the same time', () => {
  it('gives up the largest when they are too much together, and lets the others go on', () => {
    const memory = new AnswerMemory(100e6);
    using large = memory.open();
    using small = memory.open();
    large.holds(90e6);
    small.holds(20e6);
    small.holds(21e6);
    expect(() => large.holds(91e6)).toThrow(AnswerMemoryError);
    expect(() => large.holds(91e6)).toThrow('it takes 91 MB of the 100 MB that all answers may take at once');
  });

  it('is free again when an answer is over', () => {
    const memory = new AnswerMemory(100e6);
    for (let count = 0; count < 10; count += 1) {
      using answer = memory.open();
      answer.holds(90e6);
    }
  });
});
