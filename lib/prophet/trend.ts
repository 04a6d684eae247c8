import type { ProphetModel } from './model.ts';

type TrendOf = Pick<ProphetModel, 'growth' | 'slope' | 'offset' | 'changepoints' | 'slopeChanges'>;

/**
 * The trend at scaled times, in scaled units.
 *
 * @param capacities scaled, one per time; only used for logistic growth. Source: Taylor and Letham 2018,
 * equations 3 and 4.
 */
export function trendAt(model: TrendOf, scaledTimes: Float64Array, capacities: Float64Array): Float64Array {
  if (model.growth === 'flat') return new Float64Array(scaledTimes.length).fill(model.offset);
  return model.growth === 'linear'
    ? linearTrend(model, scaledTimes)
    : logisticTrend(model, scaledTimes, capacities);
}

function linearTrend(
  { slope, offset, changepoints, slopeChanges }: TrendOf,
  times: Float64Array,
): Float64Array {
  return times.map((time) => {
    let trend = slope * time + offset;
    for (let index = 0; index < changepoints.length; index += 1) {
      const since = time - changepoints[index]!;
      if (since > 0) trend += slopeChanges[index]! * since;
    }
    return trend;
  });
}

/** The offsets change with each change of slope so that the curve stays continuous. */
function logisticTrend(model: TrendOf, times: Float64Array, capacities: Float64Array): Float64Array {
  const { changepoints, slopeChanges } = model;
  const shifts = new Float64Array(changepoints.length);
  let slope = model.slope;
  let shifted = 0;
  for (let index = 0; index < changepoints.length; index += 1) {
    const next = slope + slopeChanges[index]!;
    shifts[index] = (changepoints[index]! - model.offset - shifted) * (1 - slope / next);
    shifted += shifts[index]!;
    slope = next;
  }
  return times.map((time, row) => {
    let rate = model.slope;
    let offset = model.offset;
    for (let index = 0; index < changepoints.length; index += 1) {
      if (time < changepoints[index]!) continue;
      rate += slopeChanges[index]!;
      offset += shifts[index]!;
    }
    return capacities[row]! / (1 + Math.exp(-rate * (time - offset)));
  });
}

/**
 * How much the trend moves per unit of change x (time since it): 1 for linear growth, the slope of the
 * logistic curve in its argument for logistic growth, 0 for flat growth. The scale of future changes is
 * stated in these units, so that a band needs no case for each growth (the delta method).
 *
 * @param trend scaled, one value.
 */
export function trendSensitivity(growth: ProphetModel['growth'], trend: number, capacity: number): number {
  if (growth === 'linear') return 1;
  return growth === 'flat' ? 0 : trend * (1 - trend / capacity);
}
