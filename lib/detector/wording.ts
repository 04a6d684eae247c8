const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
const SECONDS_PER_WEEK = 604_800;

const fourDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const oneDigit = new Intl.NumberFormat('en', { maximumSignificantDigits: 1 });
const twoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Names of the steps that have one. */
const STEP_NAMES = new Map([
  [1, 'seconds'],
  [SECONDS_PER_MINUTE, 'minutes'],
  [SECONDS_PER_HOUR, 'hours'],
  [SECONDS_PER_DAY, 'days'],
]);

/** Units of a duration, largest first. A week is only named from three on: "10 days" reads easier than "1 week". */
const UNITS: readonly (readonly [seconds: number, name: string, from: number])[] = [
  [SECONDS_PER_WEEK, 'week', 3 * SECONDS_PER_WEEK],
  [SECONDS_PER_DAY, 'day', 2 * SECONDS_PER_DAY],
  [SECONDS_PER_HOUR, 'hour', 2 * SECONDS_PER_HOUR],
  [SECONDS_PER_MINUTE, 'minute', 2 * SECONDS_PER_MINUTE],
  [1, 'second', 0],
];

/** A value with four significant digits: 12,340 or 0.04321; in powers of ten where zeros would have to be counted. */
export function number(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e12 || size < 1e-6) ? value.toExponential(3) : fourDigits.format(value);
}

/** A factor or percentage with two significant digits. */
export function rough(value: number): string {
  return twoDigits.format(value);
}

/** A duration in its largest unit that leaves a number of two or more: "90 minutes", "36 hours", "5 days". */
export function duration(seconds: number): string {
  const [unit, name] = UNITS.find(([, , from]) => seconds >= from) ?? [1, 'second'];
  const count = Math.round(seconds / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** An anomaly of two weeks ago weighs this much: it was learnt at a quarter of the weight, and has decayed by e. */
const LEAST_COMPARABLE = 0.09;

/** No history of weeks supports a claim rarer than one in a million points, and nobody reads more zeros. */
const MOST_SURPRISE = 6;

/**
 * How often a point is as surprising: "1 of 40,000 minutes".
 *
 * @param surprise -log10 of the probability per point.
 */
export function rarityOf(surprise: number, stepSeconds: number): string {
  const isBeyond = surprise > MOST_SURPRISE;
  const points = oneDigit.format(10 ** Math.max(0, Math.min(MOST_SURPRISE, surprise)));
  return `${isBeyond ? 'fewer than ' : ''}1 of ${points} ${stepName(stepSeconds)}`;
}

/**
 * How often something as far out happened, this time included: "this happens in about 1 of 1,400 minutes"; or that nothing comparable
 * did. A rarer claim than the history can show is never made.
 *
 * @param comparablePoints points of the history that lay as far out, by weight; >= 0.
 * @param historyPoints points that the history holds, by weight.
 */
export function frequencyOf(comparablePoints: number, historyPoints: number, stepSeconds: number): string {
  const points = rough((historyPoints + 1) / (comparablePoints + 1));
  const name = stepName(stepSeconds);
  if (comparablePoints >= LEAST_COMPARABLE) return `this happens in about 1 of ${points} ${name}`;
  const history = duration(historyPoints * stepSeconds);
  return `nothing comparable happened in the last ${history} (${fewerThanOneOf(historyPoints, stepSeconds)})`;
}

/** What no point of the history was: "fewer than 1 of 20,000 minutes". */
export function fewerThanOneOf(historyPoints: number, stepSeconds: number): string {
  return `fewer than 1 of ${rough(historyPoints + 1)} ${stepName(stepSeconds)}`;
}

function stepName(stepSeconds: number): string {
  const named = STEP_NAMES.get(stepSeconds);
  if (named !== undefined) return named;
  if (stepSeconds % SECONDS_PER_HOUR === 0) return `${stepSeconds / SECONDS_PER_HOUR}-hour steps`;
  if (stepSeconds % SECONDS_PER_MINUTE === 0) return `${stepSeconds / SECONDS_PER_MINUTE}-minute steps`;
  return `${stepSeconds}-second steps`;
}
