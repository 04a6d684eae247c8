import { describe, expect, it } from 'vitest';
import {
  MissingForecastInputError,
  ModelFileError,
  UnexpectedProphetDataError,
  UnknownPlaceError,
} from '../../lib/prophet/errors.ts';
import { holidayCalendar } from '../../lib/prophet/holidays.ts';
import { isRefusal, refuse } from '../../lib/prophet/refusal.ts';
import { trendSensitivity } from '../../lib/prophet/trend.ts';

describe('a refusal', () => {
  it('is told from a model and from anything else by its kind', () => {
    const refusal = refuse('too-few-samples', 'Use a longer history.');
    expect(refusal).toEqual({
      kind: 'refusal',
      reason: 'too-few-samples',
      explanation: 'Use a longer history.',
    });
    expect(isRefusal(refusal)).toBe(true);
    const others = [{ kind: 'prophet' }, {}, null, undefined, 'refusal', 7];
    expect(others.map(isRefusal)).toEqual(others.map(() => false));
  });
});

describe('the sensitivity of a trend', () => {
  it('is 1 for linear growth, none for flat growth, and the slope of the curve for logistic growth', () => {
    expect(trendSensitivity('linear', 0.7, 2)).toBe(1);
    expect(trendSensitivity('flat', 0.7, 2)).toBe(0);
    expect(trendSensitivity('logistic', 0.5, 2)).toBe(0.5 * 0.75);
  });
});

describe('the errors of this folder', () => {
  it('have their own names, and say what to do', () => {
    expect(new UnexpectedProphetDataError('x')).toMatchObject({
      name: 'UnexpectedProphetDataError',
      message: expect.stringContaining('Install the version of @bsull/augurs that package.json names.'),
    });
    expect(new ModelFileError('truncated', 'x').name).toBe('ModelFileError');
    expect(new MissingForecastInputError('capacity', 'x')).toMatchObject({
      name: 'MissingForecastInputError',
      message: expect.stringContaining('Pass one value for each forecast time.'),
    });
    expect(new UnknownPlaceError('country', 'XX', 'DE or US')).toMatchObject({
      name: 'UnknownPlaceError',
      message: 'The country "XX" is not known. Name one such as DE or US.',
    });
  });
});

describe('a calendar of holidays', () => {
  const at = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / 1000;
  const year2024 = [at(2024, 1, 1), at(2024, 12, 31)] as const;

  it('is ordered by name', () => {
    const names = holidayCalendar({ country: 'DE' }, undefined, ...year2024).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(8);
    expect(names).toEqual(names.toSorted());
  });

  it('names the place that it does not know', () => {
    expect(() => holidayCalendar({ country: 'XX' }, undefined, ...year2024)).toThrow(
      'The country "XX" is not known. Name one such as DE or US.',
    );
  });
});
