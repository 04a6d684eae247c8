import type { StanProblem } from './stan-problem.ts';

/**
 * The linear model behind an additive Prophet: row i is [t_i, 1, (t_i - s_1)+, ..., (t_i - s_S)+, X_i1, ...,
 * X_iK]. The ramps are never stored: all products with them follow from sums over the rows after a
 * changepoint, so the Gram matrix costs rows x features^2 / 2 and not rows x columns^2 / 2.
 */
export interface Design {
  readonly problem: StanProblem;
  /** 2 + changepoints + features. */
  readonly columnCount: number;
  readonly firstChangepoint: number;
  readonly firstFeature: number;
  /** For each changepoint the first row after it. */
  readonly rampStarts: Int32Array;
}

/** The columns of slope and offset; the ramps follow, then the features. */
export const slopeColumn = 0;
export const offsetColumn = 1;

export function designOf(problem: StanProblem): Design {
  const changepointCount = problem.changepoints.length;
  const rampStarts = new Int32Array(changepointCount);
  let row = 0;
  for (let index = 0; index < changepointCount; index += 1) {
    while (row < problem.rowCount && problem.times[row]! <= problem.changepoints[index]!) row += 1;
    rampStarts[index] = row;
  }
  return {
    problem,
    columnCount: 2 + changepointCount + problem.featureCount,
    firstChangepoint: 2,
    firstFeature: 2 + changepointCount,
    rampStarts,
  };
}

/** A'A, row-major and symmetric, columnCount x columnCount. */
export function gramMatrix(design: Design): Float64Array {
  const { problem, columnCount, firstChangepoint, firstFeature, rampStarts } = design;
  const { rowCount, featureCount, times, features, changepoints } = problem;
  const gram = new Float64Array(columnCount * columnCount);
  const write = (row: number, column: number, entry: number): void => {
    gram[row * columnCount + column] = entry;
    gram[column * columnCount + row] = entry;
  };
  addFeatureProducts(gram, design);

  // Sums over the rows from `row` to the end, read at each changepoint's first row, latest changepoint first.
  let count = 0;
  let sumTimes = 0;
  let sumSquares = 0;
  const sumFeatures = new Float64Array(featureCount);
  const sumTimedFeatures = new Float64Array(featureCount);
  let row = rowCount;
  const takeDownTo = (first: number): void => {
    while (row > first) {
      row -= 1;
      const time = times[row]!;
      count += 1;
      sumTimes += time;
      sumSquares += time * time;
      for (let feature = 0; feature < featureCount; feature += 1) {
        const cell = features[row * featureCount + feature]!;
        sumFeatures[feature]! += cell;
        sumTimedFeatures[feature]! += time * cell;
      }
    }
  };
  for (let later = changepoints.length - 1; later >= 0; later -= 1) {
    takeDownTo(rampStarts[later]!);
    const start = changepoints[later]!;
    const ramp = firstChangepoint + later;
    write(ramp, slopeColumn, sumSquares - start * sumTimes);
    write(ramp, offsetColumn, sumTimes - start * count);
    for (let earlier = 0; earlier <= later; earlier += 1) {
      const from = changepoints[earlier]!;
      write(ramp, firstChangepoint + earlier, sumSquares - (start + from) * sumTimes + start * from * count);
    }
    for (let feature = 0; feature < featureCount; feature += 1) {
      write(ramp, firstFeature + feature, sumTimedFeatures[feature]! - start * sumFeatures[feature]!);
    }
  }
  takeDownTo(0);
  write(slopeColumn, slopeColumn, sumSquares);
  write(slopeColumn, offsetColumn, sumTimes);
  write(offsetColumn, offsetColumn, count);
  for (let feature = 0; feature < featureCount; feature += 1) {
    write(slopeColumn, firstFeature + feature, sumTimedFeatures[feature]!);
    write(offsetColumn, firstFeature + feature, sumFeatures[feature]!);
  }
  return gram;
}

/** X'X, the only part of the Gram matrix that costs more than one multiplication per cell. */
function addFeatureProducts(gram: Float64Array, design: Design): void {
  const { columnCount, firstFeature } = design;
  const { rowCount, featureCount, features } = design.problem;
  const products = new Float64Array(featureCount * featureCount);
  for (let row = 0; row < rowCount; row += 1) {
    const cells = row * featureCount;
    for (let left = 0; left < featureCount; left += 1) {
      const cell = features[cells + left]!;
      if (cell === 0) continue;
      const start = left * featureCount;
      for (let right = left; right < featureCount; right += 1) {
        products[start + right]! += cell * features[cells + right]!;
      }
    }
  }
  for (let left = 0; left < featureCount; left += 1) {
    for (let right = left; right < featureCount; right += 1) {
      const product = products[left * featureCount + right]!;
      gram[(firstFeature + left) * columnCount + firstFeature + right] = product;
      gram[(firstFeature + right) * columnCount + firstFeature + left] = product;
    }
  }
}

/** A'r for a column r of length rowCount. */
export function projectOnColumns(design: Design, column: Float64Array): Float64Array {
  const { problem, columnCount, firstChangepoint, firstFeature, rampStarts } = design;
  const { rowCount, featureCount, times, features, changepoints } = problem;
  const projection = new Float64Array(columnCount);
  let sum = 0;
  let timedSum = 0;
  let changepoint = changepoints.length - 1;
  for (let row = rowCount - 1; row >= -1; row -= 1) {
    while (changepoint >= 0 && rampStarts[changepoint]! > row) {
      projection[firstChangepoint + changepoint] = timedSum - changepoints[changepoint]! * sum;
      changepoint -= 1;
    }
    if (row < 0) break;
    const entry = column[row]!;
    sum += entry;
    timedSum += times[row]! * entry;
    const cells = row * featureCount;
    for (let feature = 0; feature < featureCount; feature += 1) {
      projection[firstFeature + feature]! += features[cells + feature]! * entry;
    }
  }
  projection[slopeColumn] = timedSum;
  projection[offsetColumn] = sum;
  return projection;
}

/** The trend at each row: k t + m + sum of delta_j (t - s_j)+, scaled. */
export function trendOf(design: Design, theta: Float64Array): Float64Array {
  const { rowCount, times, changepoints } = design.problem;
  const trend = new Float64Array(rowCount);
  let slope = theta[slopeColumn]!;
  let offset = theta[offsetColumn]!;
  let changepoint = 0;
  for (let row = 0; row < rowCount; row += 1) {
    while (changepoint < changepoints.length && design.rampStarts[changepoint]! <= row) {
      const change = theta[design.firstChangepoint + changepoint]!;
      slope += change;
      offset -= change * changepoints[changepoint]!;
      changepoint += 1;
    }
    trend[row] = slope * times[row]! + offset;
  }
  return trend;
}

/** y - A theta, from the data and not from the Gram matrix, which keeps precision when the fit is close. */
export function residualsOf(design: Design, theta: Float64Array): Float64Array {
  const { rowCount, featureCount, features, values } = design.problem;
  const residuals = trendOf(design, theta);
  for (let row = 0; row < rowCount; row += 1) {
    let fitted = residuals[row]!;
    const cells = row * featureCount;
    for (let feature = 0; feature < featureCount; feature += 1) {
      fitted += features[cells + feature]! * theta[design.firstFeature + feature]!;
    }
    residuals[row] = values[row]! - fitted;
  }
  return residuals;
}
