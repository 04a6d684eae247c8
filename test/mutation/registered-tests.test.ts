import { describe, expect, it } from 'vitest';
import * as registered from './registered-tests.ts';

describe('the tests of a file, as the mutation runner registers them', () => {
  it('have the names of their suites, one for each row, and are skipped with their suite', async () => {
    const tests = await registered.testsOf(async () => {
      registered.describe('outer', () => {
        registered.it('one', () => {});
        registered.it('one', () => {});
        registered.describe.skipIf(true)('inner', () => registered.it('two', () => {}));
      });
      registered.it.each([1, 2])('row', () => {});
    });
    expect(tests.map(({ name, isSkipped }) => [name, isSkipped])).toEqual([
      ['outer > one', false],
      ['outer > one (2)', false],
      ['outer > inner > two', true],
      ['row [0]', false],
      ['row [1]', false],
    ]);
  });

  it('run with the cells of their row and the hooks of their suites, and reject when they fail', async () => {
    const log: string[] = [];
    const tests = await registered.testsOf(async () => {
      registered.beforeEach(() => log.push('before'));
      registered.afterEach(() => log.push('after'));
      registered.describe('inner', () => {
        registered.beforeAll(() => log.push('once'));
        registered.it.each([
          ['a', 1],
          ['b', 2],
        ])('row', (letter: string, count: number) => {
          registered.onTestFinished(() => log.push('finished'));
          log.push(`${letter}${count}`);
          if (count === 2) throw new Error('two');
        });
      });
    });
    await tests[0]!.run();
    expect(log.splice(0)).toEqual(['once', 'before', 'a1', 'finished', 'after']);
    await expect(tests[1]!.run()).rejects.toThrow('two');
    expect(log).toEqual(['before', 'b2', 'finished', 'after']);
  });
});
