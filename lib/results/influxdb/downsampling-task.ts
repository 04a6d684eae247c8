/** What the task copies, and into what. */
export interface Downsampling {
  readonly fromBucket: string;
  readonly toBucket: string;
  readonly windowSeconds: number;
}

/** Windows that are made again each time: what a catch-up wrote late is in them then. */
const REPEATED_WINDOWS = 3;
/** Ticks of the window's last minutes have written by then. */
const OFFSET_SECONDS = 300;

/** The name by which a task is found again. */
export function taskName({ fromBucket, toBucket }: Downsampling): string {
  return `tidemark: ${fromBucket} to ${toBucket}`;
}

/**
 * The task in Flux: of each window the mean of value and band, the largest score and confidence, and how many samples were
 * anomalous; alerts, gaps and trainings as they are. A window that is made twice is one, since its points have the same time.
 */
export function downsamplingFlux(downsampling: Downsampling): string {
  const { fromBucket, toBucket, windowSeconds } = downsampling;
  const text = JSON.stringify;
  const write = `|> to(bucket: ${text(toBucket)})`;
  const aggregate = (name: string) =>
    `|> aggregateWindow(every: ${windowSeconds}s, fn: ${name}, createEmpty: false)`;
  // Functions, since a stream that several filters share holds fields of several types at once, which Flux refuses.
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
  |> filter(fn: (r) => r._measurement == "alert" or r._measurement == "gap" or r._measurement == "training")
  ${write}
`;
}
