import { describe, expect, it } from 'vitest';
import { identify, isRunning, parseProcStat, processStart } from '../../lib/storage/process-identity.ts';

const FIELDS_AFTER_STATE = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20';

describe('parseProcStat', () => {
  it('reads the state and the start time', () => {
    expect(parseProcStat(`12 (node) S ${FIELDS_AFTER_STATE}`)).toEqual({ state: 'S', startTicks: '4711' });
  });

  it('is not led astray by spaces and parentheses in the command name', () => {
    expect(parseProcStat(`12 (a) R (b c) Z ${FIELDS_AFTER_STATE}`)?.state).toBe('Z');
    expect(parseProcStat(`12 (a) R (b c) Z ${FIELDS_AFTER_STATE}`)?.startTicks).toBe('4711');
  });

  it('refuses a line that is cut short', () => expect(parseProcStat('12 (node) S 1 2')).toBeUndefined());
});

describe('isRunning', () => {
  it('knows this process', () => expect(isRunning(identify(process.pid)!)).toBe(true));

  it('takes a stranger that got the same number for somebody else', () => {
    expect(isRunning({ pid: process.pid, processStart: 'another boot/1' })).toBe(false);
    expect(isRunning({ pid: 7, processStart: 'boot/100' }, () => 'boot/200')).toBe(false);
    expect(isRunning({ pid: 7, processStart: 'boot/100' }, () => 'boot/100')).toBe(true);
  });

  it('finds no process under numbers that none can have', () => {
    for (const pid of [0, -1, 1.5, 2 ** 31 - 1]) expect(processStart(pid)).toBeUndefined();
  });
});
