import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineAt, forecastFrom } from '../../lib/series/band.ts';
import { joinSamples } from '../../lib/series/join-samples.ts';
import { quantile } from '../../lib/series/quantile.ts';
import { inferStepSeconds } from '../../lib/series/step.ts';

const samplesFrom = (start: number, count: number) => ({
  timesSeconds: Float64Array.from({ length: count }, (_, index) => start + index),
  values: Float64Array.from({ length: count }, (_, index) => 10 * (start + index)),
});

describe('joined samples', () => {
  it('stand one piece behind the other, empty pieces left out', () => {
    const { timesSeconds, values } = joinSamples([samplesFrom(0, 2), samplesFrom(9, 0), samplesFrom(5, 3)]);
    expect([...timesSeconds]).toEqual([0, 1, 5, 6, 7]);
    expect([...values]).toEqual([0, 10, 50, 60, 70]);
  });

  it('are none of no pieces', () => {
    expect(joinSamples([])).toEqual({ timesSeconds: new Float64Array(), values: new Float64Array() });
  });
});

describe('a forecast', () => {
  const forecast = {
    expected: Float64Array.of(1, 2, 3),
    lower: Float64Array.of(0, 1, 2),
    upper: Float64Array.of(4, 5, 6),
    seasonal: Float64Array.of(-1, 0, 1),
  };

  it('has one baseline a time', () => {
    expect(baselineAt(forecast, 1)).toEqual({ expected: 2, lower: 1, upper: 5, seasonal: 0 });
  });

  it('goes on from any of its times', () => {
    const rest = forecastFrom(forecast, 1);
    expect(rest.expected).toHaveLength(2);
    expect(baselineAt(rest, 0)).toEqual(baselineAt(forecast, 1));
    expect(baselineAt(rest, 1)).toEqual(baselineAt(forecast, 2));
  });
});

describe('a quantile', () => {
  it('lies between its neighbours in rank, as far as the rank lies between theirs', () => {
    expect(quantile(Float64Array.of(30, 10, 20, 50), 0.25)).toBe(17.5);
    expect(quantile(Float64Array.of(-4, 4), 0.75)).toBe(2);
  });

  it('is the least at 0, the largest at 1, and never less for a larger probability', () => {
    const values = fc.float64Array({
      minLength: 1,
      maxLength: 20,
      noNaN: true,
      noDefaultInfinity: true,
      min: -1e6,
      max: 1e6,
    });
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, probability, probability, (all, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(quantile(all, 0) === Math.min(...all)).toBe(true);
        expect(quantile(all, 1) === Math.max(...all)).toBe(true);
        // Interpolation rounds in the last digit.
        expect(quantile(all, low)).toBeLessThanOrEqual(quantile(all, high) + 1e-6);
      }),
    );
  });

  it('leaves the values in their order', () => {
    const values = Float64Array.of(3, 1, 2);
    quantile(values, 0.5);
    expect([...values]).toEqual([3, 1, 2]);
  });

  it('is not a number where there are no values', () => {
    expect(quantile(new Float64Array(), 0.5)).toBeNaN();
  });
});

describe('the inferred step', () => {
  it('is the distance that most neighbours have, whatever gaps there are', () => {
    expect(inferStepSeconds(Float64Array.of(0, 60, 120, 7200, 7260))).toBe(60);
  });

  it('is half way between two distances that are as common', () => {
    expect(inferStepSeconds(Float64Array.of(0, 60, 180))).toBe(90);
  });

  it.each([[[]], [[60]]])('is not a number for %j, which has no distance', (times) => {
    expect(inferStepSeconds(Float64Array.from(times))).toBeNaN();
  });
});
