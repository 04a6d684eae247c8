import { UnexpectedProphetDataError } from './errors.ts';

/**
 * The posterior to maximize, as augurs states it: everything is scaled (y by its scale, t to [0, 1]). Source:
 * Taylor and Letham 2018, Forecasting at Scale, section 3; priors as in facebook/prophet's prophet.stan.
 */
export interface StanProblem {
  readonly growth: 'linear' | 'logistic' | 'flat';
  readonly rowCount: number;
  readonly featureCount: number;
  /** Length rowCount, scaled. */
  readonly values: Float64Array;
  /** Length rowCount, in [0, 1], ascending. */
  readonly times: Float64Array;
  /** Scaled changepoint times, ascending. */
  readonly changepoints: Float64Array;
  /** The features, row-major: rowCount x featureCount. */
  readonly features: Float64Array;
  /** Length featureCount: 1 where the feature multiplies the trend, 0 where it is added. */
  readonly multiplicative: Uint8Array;
  /** Prior standard deviation of each feature's coefficient; length featureCount. */
  readonly priorScales: Float64Array;
  /** Scale of the Laplace prior on the changes of slope. */
  readonly changepointPriorScale: number;
  /** Carrying capacity at each row, scaled; only used for logistic growth. */
  readonly capacities: Float64Array;
}

/** The JSON of augurs; its own type declares X flat, but the rows are nested. */
interface StanDataJson {
  readonly T: number;
  readonly S: number;
  readonly K: number;
  readonly y: readonly number[];
  readonly t: readonly number[];
  readonly cap: readonly number[];
  readonly t_change: readonly number[];
  readonly X: readonly (readonly number[])[];
  readonly sigmas: readonly number[];
  readonly s_m: readonly number[];
  readonly tau: number;
  readonly trend_indicator: number;
}

const growths = ['linear', 'logistic', 'flat'] as const;

/**
 * Parses the JSON that augurs passes to its optimizer.
 *
 * @throws UnexpectedProphetDataError when the sizes are inconsistent.
 */
export function parseStanProblem(dataJson: string): StanProblem {
  const stated: StanDataJson = JSON.parse(dataJson);
  const growth = growths[stated.trend_indicator];
  if (growth === undefined) {
    throw new UnexpectedProphetDataError(`trend indicator ${stated.trend_indicator}`);
  }
  const { T: rowCount, K: featureCount } = stated;
  if (stated.y.length !== rowCount || stated.X.length !== rowCount || stated.sigmas.length !== featureCount) {
    throw new UnexpectedProphetDataError(`${stated.X.length} rows of features for ${rowCount} samples`);
  }
  const features = new Float64Array(rowCount * featureCount);
  for (let row = 0; row < rowCount; row += 1) {
    const cells = stated.X[row]!;
    for (let column = 0; column < featureCount; column += 1) {
      features[row * featureCount + column] = cells[column]!;
    }
  }
  return {
    growth,
    rowCount,
    featureCount,
    values: Float64Array.from(stated.y),
    times: Float64Array.from(stated.t),
    changepoints: Float64Array.from(stated.t_change),
    features,
    multiplicative: Uint8Array.from(stated.s_m),
    priorScales: Float64Array.from(stated.sigmas),
    changepointPriorScale: stated.tau,
    capacities: Float64Array.from(stated.cap),
  };
}
