import { describe, expect, it } from 'vitest';
import { describeProphet } from '../../lib/prophet/describe.ts';
import { DAY_SECONDS, modelOf, START_SECONDS } from './hand-made-model.ts';

describe('the description of a model, computed by hand', () => {
  it('has the trend in units of the value and of the value a day', () => {
    const { trend, changepoints } = describeProphet(
      modelOf({ changepoints: Float64Array.of(0.4, 0.6), slopeChanges: Float64Array.of(-0.5, 2) }),
    );
    expect(trend).toEqual({
      growth: 'linear',
      atStart: expect.closeTo(80 + 40 * 0.5, 9),
      atEnd: expect.closeTo(80 + 40 * (1.5 - 0.3 + 0.8), 9),
      // 2.5 in ten days, of 40 units.
      slopePerDay: expect.closeTo((2.5 / 10) * 40, 6),
      startSeconds: START_SECONDS,
      endSeconds: START_SECONDS + 10 * DAY_SECONDS,
    });
    expect(changepoints).toEqual([
      { timeSeconds: START_SECONDS + 4 * DAY_SECONDS, slopeChangePerDay: expect.closeTo(-2, 9) },
      { timeSeconds: START_SECONDS + 6 * DAY_SECONDS, slopeChangePerDay: expect.closeTo(8, 9) },
    ]);
  });

  it('has the change of the rate of logistic growth a day', () => {
    const { trend, changepoints } = describeProphet(
      modelOf({
        growth: 'logistic',
        slope: 4,
        offset: 0,
        capacity: 1.5,
        changepoints: Float64Array.of(0.5),
        slopeChanges: Float64Array.of(2),
      }),
    );
    expect(changepoints[0]!.slopeChangePerDay).toBeCloseTo(0.2, 12);
    expect(trend.atStart).toBeCloseTo(80 + 20 * 1.5, 9);
  });

  it('has amplitude, peak and trough of each season, in the unit of the value or as a share of the trend', () => {
    const season = {
      name: 'daily',
      periodSeconds: 1000,
      mode: 'additive',
      condition: undefined,
      coefficients: Float64Array.of(0, 0.25),
    } as const;
    const { seasonalities } = describeProphet(
      modelOf({
        seasonalities: [
          season,
          { ...season, name: 'other', mode: 'multiplicative', coefficients: Float64Array.of(0.25, 0, 0, 0) },
        ],
      }),
    );
    expect(seasonalities).toEqual([
      {
        name: 'daily',
        periodSeconds: 1000,
        harmonics: 1,
        mode: 'additive',
        amplitude: expect.closeTo(10, 9),
        peakSeconds: 0,
        troughSeconds: 500,
      },
      {
        name: 'other',
        periodSeconds: 1000,
        harmonics: 2,
        mode: 'multiplicative',
        amplitude: expect.closeTo(0.25, 9),
        peakSeconds: 250,
        troughSeconds: 750,
      },
    ]);
  });

  it('has the effects of holidays and regressors, the noise, the band and the clock', () => {
    const holiday = {
      name: 'New Year',
      mode: 'additive',
      coefficient: -0.5,
      windowsSeconds: Float64Array.of(),
    } as const;
    const load = { name: 'load', mode: 'additive', coefficient: 0.3, mean: 20, deviation: 4 } as const;
    const described = describeProphet(
      modelOf({
        holidays: [holiday, { ...holiday, name: 'sale', mode: 'multiplicative' }],
        regressors: [load, { ...load, name: 'rate', mode: 'multiplicative' }],
        clock: {
          timeZone: 'Asia/Tokyo',
          transitionsSeconds: Float64Array.of(0),
          offsetsSeconds: Float64Array.of(9 * 3600),
        },
      }),
    );
    expect(described.holidays).toEqual([
      { name: 'New Year', mode: 'additive', effect: -20 },
      { name: 'sale', mode: 'multiplicative', effect: -0.5 },
    ]);
    expect(described.regressors).toEqual([
      { name: 'load', mode: 'additive', effect: expect.closeTo(3, 9) },
      { name: 'rate', mode: 'multiplicative', effect: expect.closeTo(0.075, 9) },
    ]);
    expect(described.sigma).toBeCloseTo(0.8, 9);
    expect(described.bandLevel).toBe(0.95);
    expect(described.timeZone).toBe('Asia/Tokyo');
    expect(described.trend.startSeconds).toBe(START_SECONDS - 9 * 3600);
    expect(described.trend.endSeconds).toBe(START_SECONDS + 10 * DAY_SECONDS - 9 * 3600);
    expect(describeProphet(modelOf()).timeZone).toBe('UTC');
    expect(described.quality.samples).toBe(2880);
  });
});
