/** The buckets and the window of a downsampling task. */
export interface Downsampling {
  readonly fromBucket: string;
  readonly toBucket: string;
  readonly windowSeconds: number;
}

/** Windows recomputed by each run, so that they include records that a catch-up wrote late. */
const REPEATED_WINDOWS = 3;
/** Delay of a run, so that the ticks of the window's last minutes have written. */
const OFFSET_SECONDS = 300;

/** The name that identifies the task. */
export function taskName({ fromBucket, toBucket }: Downsampling): string {
  return `tidemark: ${fromBucket} to ${toBucket}`;
}

/**
 * The task in Flux: for each window the mean of value and band, the maximum of score and confidence, and the number of
 * anomalous samples; alerts, gaps, trainings and evaluations unchanged. A recomputed window replaces the old one, since its points
 * have the same time.
 */
export function downsamplingFlux(downsampling: Downsampling): string {
  const { fromBucket, toBucket, windowSeconds } = downsampling;
  const text = JSON.stringify;
  const write = `|> to(bucket: ${text(toBucket)})`;
  const aggregate = (name: string) =>
    `|> aggregateWindow(every: ${windowSeconds}s, fn: ${name}, createEmpty: false)`;
  // Functions, because a stream shared by several filters mixes field types, which Flux rejects.
  return `option task = {name: ${text(taskName(downsampling))}, every: ${windowSeconds}s, offset: ${OFFSET_SECONDS}s}

records = () => from(bucket: ${text(fromBucket)}) |> range(start: -${REPEATED_WINDOWS * windowSeconds}s)
verdicts = () => records() |> filter(fn: (r) => r._measurement == "verdict")

verdicts()
  |> filter(fn: (r) => r._field == "value" or r._field == "expected" or r._field == "lower" or r._field == "upper")
  ${aggregate('mean')} ${write}

verdicts()
  |> filter(fn: (r) => r._field == "score" or r._field == "confidence")
  ${aggregate('max')} ${write}

verdicts()
  |> filter(fn: (r) => r._field == "anomalous")
  |> map(fn: (r) => ({r with _field: "anomalies", _value: if r._value then 1 else 0}))
  ${aggregate('sum')} ${write}

records()
  |> filter(fn: (r) => contains(value: r._measurement, set: ["alert", "gap", "training", "evaluation", "evaluation_recall"]))
  ${write}
`;
}
