import { describe, expect, it } from 'vitest';
import { parseCron } from '../../lib/config/cron.ts';
import { InvalidCronError } from '../../lib/config/errors.ts';

describe('a cron expression', () => {
  it('names the values of each field', () => {
    expect(parseCron('*/20 2,4-6 1 jan-mar sun')).toEqual({
      minutes: [0, 20, 40],
      hours: [2, 4, 5, 6],
      daysOfMonth: [1],
      months: [1, 2, 3],
      daysOfWeek: [0],
      isEitherDay: true,
    });
  });

  it('knows 7 as Sunday, and a start with a step', () => {
    const fields = parseCron('50/5 * * * 5-7');
    expect(fields.minutes).toEqual([50, 55]);
    expect(fields.daysOfWeek).toEqual([0, 5, 6]);
    expect(fields.isEitherDay).toBe(false);
  });

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '5-1 * * * *',
    'a * * * *',
    '1-2-3 * * * *',
    '@daily',
  ])('refuses %j', (text) => {
    expect(() => parseCron(text)).toThrow(InvalidCronError);
  });
});
