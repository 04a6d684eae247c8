import { describe, expect, it } from 'vitest';
import {
  type CustomSeasonality,
  defaultProphetOptions,
  faultIn,
  type ProphetOptions,
} from '../../lib/prophet/options.ts';
import { chooseTerms } from '../../lib/prophet/terms.ts';

const DAY_SECONDS = 86_400;
const faultOf = (changes: Partial<ProphetOptions>) => faultIn({ ...defaultProphetOptions, ...changes });
const shift: CustomSeasonality = { name: 'shift', periodSeconds: 28_800, order: 2 };

describe('the options of a fit', () => {
  it.each<[string, Partial<ProphetOptions>]>([
    ['the defaults', {}],
    ['small and large priors', { seasonalityPriorScale: 1e-9, changepointPriorScale: 1e9 }],
    ['any interval between 0 and 1', { intervalWidth: 0.0001 }],
    ['changes over the whole history', { changepointRange: 1 }],
    ['no changepoints', { changepointCount: 0 }],
    ['one harmonic, or none', { daily: 1, weekly: false }],
    ['seasonalities of their own names', { seasonalities: [shift, { ...shift, name: 'month' }] }],
  ])('may be %s', (_, changes) => {
    expect(faultOf(changes)).toBeUndefined();
  });

  it.each<[Partial<ProphetOptions>, string]>([
    [{ seasonalityPriorScale: 0 }, 'seasonalityPriorScale is 0; it must be above 0.'],
    [{ seasonalityPriorScale: Infinity }, 'seasonalityPriorScale is Infinity; it must be above 0.'],
    [{ changepointPriorScale: Number.NaN }, 'changepointPriorScale is NaN; it must be above 0.'],
    [{ intervalWidth: 0 }, 'intervalWidth is 0; it must be between 0 and 1.'],
    [{ intervalWidth: 1 }, 'intervalWidth is 1; it must be between 0 and 1.'],
    [{ changepointRange: 0 }, 'changepointRange is 0; it must be above 0 and at most 1.'],
    [{ changepointRange: 1.01 }, 'changepointRange is 1.01; it must be above 0 and at most 1.'],
    [{ changepointCount: -1 }, 'changepointCount is -1; it must be a whole number, 0 or more.'],
    [{ changepointCount: 2.5 }, 'changepointCount is 2.5; it must be a whole number, 0 or more.'],
    [{ daily: 0 }, "daily has 0 harmonics; use a whole number from 1, 'auto' or false."],
    [{ weekly: 1.5 }, "weekly has 1.5 harmonics; use a whole number from 1, 'auto' or false."],
    [{ yearly: -3 }, "yearly has -3 harmonics; use a whole number from 1, 'auto' or false."],
    [{ seasonalities: [{ ...shift, name: 'weekly' }] }, 'the seasonality "weekly" is repeated.'],
    [{ seasonalities: [{ ...shift, name: 'yearly' }] }, 'the seasonality "yearly" is repeated.'],
    [{ seasonalities: [shift, shift] }, 'the seasonality "shift" is repeated.'],
    [
      { seasonalities: [{ ...shift, periodSeconds: 0 }] },
      'the seasonality "shift" needs a period above 0 and a whole number of harmonics.',
    ],
    [
      { seasonalities: [{ ...shift, order: 0 }] },
      'the seasonality "shift" needs a period above 0 and a whole number of harmonics.',
    ],
  ])('are refused in words: %j', (changes, words) => {
    expect(faultOf(changes)).toBe(words);
  });
});

describe('the terms that a history supports', () => {
  const termsOf = (
    days: number,
    stepSeconds: number,
    changes: Partial<ProphetOptions> = {},
    samples = Math.floor((days * DAY_SECONDS) / stepSeconds),
    fixed = 0,
  ) => {
    const extent = { samples, spanSeconds: days * DAY_SECONDS, stepSeconds };
    const { seasonalities, changepointCount } = chooseTerms(
      { ...defaultProphetOptions, ...changes },
      extent,
      fixed,
    );
    return {
      orders: Object.fromEntries(seasonalities.map(({ name, order }) => [name, order])),
      changepointCount,
      seasonalities,
    };
  };

  it.each([
    [1.79, {}],
    [1.8, { daily: 4 }],
    [13.29, { daily: 4 }],
    [13.3, { weekly: 3, daily: 4 }],
    [693.9, { weekly: 3, daily: 4 }],
    [694, { yearly: 10, weekly: 3, daily: 4 }],
  ])('are seasons of which the %f days hold two', (days, orders) => {
    expect(termsOf(days, 3600).orders).toEqual(orders);
  });

  it('are those of the options, whatever the length of the history', () => {
    expect(termsOf(1, 300, { daily: 2, weekly: 1, yearly: false }).orders).toEqual({ weekly: 1, daily: 2 });
    expect(termsOf(100, 300, { daily: false, weekly: false }).orders).toEqual({});
    expect(termsOf(1, 300, { seasonalities: [shift] }).orders).toEqual({ shift: 2 });
  });

  it('have only harmonics with more than two samples a period', () => {
    // Of a day at four hours, six samples: 2 x 2 + 1 fit below six, 2 x 3 do not.
    expect(termsOf(200, 4 * 3600).orders).toEqual({ weekly: 3, daily: 2 });
    expect(termsOf(200, 8 * 3600).orders).toEqual({ weekly: 3, daily: 1 });
    expect(termsOf(200, 12 * 3600).orders).toEqual({ weekly: 3 });
    expect(termsOf(200, DAY_SECONDS).orders).toEqual({ weekly: 3 });
    expect(termsOf(400, 2 * DAY_SECONDS).orders).toEqual({ weekly: 1 });
  });

  it('carry their prior, mode and condition, or those of the options', () => {
    const changes: Partial<ProphetOptions> = {
      seasonalityMode: 'multiplicative',
      seasonalityPriorScale: 3,
      seasonalities: [
        shift,
        { ...shift, name: 'open', priorScale: 7, mode: 'additive', condition: 'is open' },
      ],
    };
    const { seasonalities } = termsOf(2, 300, changes);
    expect(seasonalities).toEqual([
      {
        name: 'daily',
        periodSeconds: DAY_SECONDS,
        order: 4,
        priorScale: 3,
        mode: 'multiplicative',
        condition: undefined,
      },
      {
        name: 'shift',
        periodSeconds: 28_800,
        order: 2,
        priorScale: 3,
        mode: 'multiplicative',
        condition: undefined,
      },
      {
        name: 'open',
        periodSeconds: 28_800,
        order: 2,
        priorScale: 7,
        mode: 'additive',
        condition: 'is open',
      },
    ]);
  });

  it('are two samples a coefficient: first changepoints go, then harmonics of the largest season', () => {
    const wanted = { daily: 4, weekly: 3, changepointCount: 25 } as const;
    const counts = (samples: number, fixed = 0) => {
      const { orders, changepointCount } = termsOf(20, 300, wanted, samples, fixed);
      return [changepointCount, orders.weekly ?? 0, orders.daily ?? 0];
    };
    // 2 of the trend, 14 of the seasons and 25 changes: 41 coefficients need 82 samples.
    expect(counts(82)).toEqual([25, 3, 4]);
    expect(counts(80)).toEqual([24, 3, 4]);
    expect(counts(82, 3)).toEqual([22, 3, 4]);
    expect(counts(32)).toEqual([0, 3, 4]);
    expect(counts(31)).toEqual([0, 3, 3]);
    expect(counts(28)).toEqual([0, 3, 3]);
    expect(counts(27)).toEqual([0, 2, 3]);
    expect(counts(23)).toEqual([0, 2, 2]);
    expect(counts(8)).toEqual([0, 0, 1]);
    expect(counts(4)).toEqual([0, 0, 0]);
    expect(counts(2)).toEqual([0, 0, 0]);
  });

  it('have no changepoints for flat growth', () => {
    expect(termsOf(20, 300, { growth: 'flat' }).changepointCount).toBe(0);
    expect(termsOf(20, 300).changepointCount).toBe(25);
  });
});
