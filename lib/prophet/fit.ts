import { completenessOf } from '../series/quality.ts';
import { type AugursFit, type AugursTask, fitWithAugurs } from './augurs-fit.ts';
import { clockOf } from './clock.ts';
import { constantModel, isConstant } from './constant-model.ts';
import { UnknownPlaceError } from './errors.ts';
import { offsetSecondsAt } from './forecast-times.ts';
import { type PreparedHistory, type ProphetHistory, prepareHistory } from './history.ts';
import type { HolidayCalendarEntry } from './holidays.ts';
import type { LocalClock, ProphetModel } from './model.ts';
import { modelOf } from './model-assembly.ts';
import { defaultProphetOptions, faultIn, type ProphetOptions } from './options.ts';
import { type FitRefusal, refuse } from './refusal.ts';
import { chooseTerms } from './terms.ts';

/** Holidays and daylight saving are known to a model this long past its history: a model is retrained far sooner. */
const CALENDAR_AHEAD_SECONDS = 400 * 86_400;
const DAY_SECONDS = 86_400;

/**
 * Fits Prophet to one series.
 *
 * The history may be disordered, hold duplicates, gaps and values that are not finite. A constant series becomes a
 * constant model. Equal histories, in whatever order, give equal models to the bit.
 *
 * @param options override `defaultProphetOptions`.
 * @returns the model, or a refusal that says why there is none; no value in a history makes it throw.
 * @throws ColumnLengthError when times and values differ in length.
 * @example
 * const outcome = await fitProphet(samples, { holidays: { country: 'DE' } });
 * if (isRefusal(outcome)) return report(outcome.explanation);
 * const band = forecastProphet(outcome, forecastTimes(nextDay));
 */
export async function fitProphet(
  history: ProphetHistory,
  options: Partial<ProphetOptions> = {},
): Promise<ProphetModel | FitRefusal> {
  const wanted: ProphetOptions = { ...defaultProphetOptions, ...options };
  const fault = faultIn(wanted);
  if (fault !== undefined) return refuse('invalid-options', `The options cannot be used: ${fault}`);
  const prepared = prepareHistory(history, wanted);
  if (prepared.kind === 'refusal') return prepared;
  const completeness = completenessOf(prepared.samples.timesSeconds, prepared.stepSeconds);
  if (isConstant(prepared)) return constantModel(prepared, completeness, wanted.intervalWidth);
  try {
    const { clock, holidays } = await calendarOf(prepared, wanted);
    const task = taskOf(prepared, wanted, clock, holidays);
    const fit = await fitWithAugurs(task);
    return fit.converged ? modelOf(prepared, task, fit, clock, completeness) : refuseUnconverged(fit);
  } catch (error) {
    if (error instanceof UnknownPlaceError) return refuse('invalid-options', error.message);
    return refuse(
      'optimizer-failed',
      `The fit failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function refuseUnconverged({ kktResidual }: AugursFit): FitRefusal {
  return refuse(
    'not-converged',
    `The optimum was not reached: its conditions are violated by ${kktResidual.toExponential(1)} of their scale. ` +
      'Fewer harmonics or a larger changepointPriorScale make the problem easier.',
  );
}

interface Calendar {
  readonly clock: LocalClock | undefined;
  /** Those of which the history holds at least one sample. */
  readonly holidays: readonly HolidayCalendarEntry[];
}

async function calendarOf(
  { samples }: PreparedHistory,
  { timeZone, holidays: place }: ProphetOptions,
): Promise<Calendar> {
  const { timesSeconds } = samples;
  const from = timesSeconds[0]! - DAY_SECONDS;
  const to = timesSeconds.at(-1)! + CALENDAR_AHEAD_SECONDS;
  const clock = timeZone === undefined ? undefined : clockOf(timeZone, from, to);
  if (place === undefined) return { clock, holidays: [] };
  // The world's holidays weigh more than a megabyte: only who asks for them loads them.
  const { holidayCalendar } = await import('./holidays.ts');
  const kept = holidayCalendar(place, timeZone, from, to).filter(({ windowsSeconds }) =>
    timesSeconds.some((time) => holdsTime(windowsSeconds, time)),
  );
  const holidays = kept.map(({ name, windowsSeconds }) => ({
    name,
    windowsSeconds: clock === undefined ? windowsSeconds : toLocal(windowsSeconds, clock),
  }));
  return { clock, holidays };
}

function holdsTime(windowsSeconds: Float64Array, time: number): boolean {
  for (let index = 0; index < windowsSeconds.length; index += 2) {
    if (time >= windowsSeconds[index]! && time < windowsSeconds[index + 1]!) return true;
  }
  return false;
}

function toLocal(seconds: Float64Array, clock: LocalClock): Float64Array {
  return seconds.map((time) => time + offsetSecondsAt(clock, time));
}

/** On a local clock an hour of autumn comes twice: the rows are put in the order in which augurs will sort them. */
function taskOf(
  prepared: PreparedHistory,
  options: ProphetOptions,
  clock: LocalClock | undefined,
  holidays: readonly HolidayCalendarEntry[],
): AugursTask {
  const { samples, conditions, regressors, capacities, stepSeconds } = prepared;
  const local = clock === undefined ? samples.timesSeconds : toLocal(samples.timesSeconds, clock);
  const order = Int32Array.from(local.keys());
  if (clock !== undefined) order.sort((a, b) => local[a]! - local[b]! || a - b);
  const sorted = (column: Float64Array): Float64Array => column.map((_, row) => column[order[row]!]!);
  const seconds = sorted(local);
  const terms = chooseTerms(
    options,
    { samples: seconds.length, spanSeconds: seconds.at(-1)! - seconds[0]!, stepSeconds },
    holidays.length + options.regressors.length,
  );
  return {
    seconds,
    values: sorted(samples.values),
    conditions: new Map(
      [...conditions].map(([name, holds]) => [name, holds.map((_, row) => holds[order[row]!]!)]),
    ),
    regressors: new Map([...regressors].map(([name, values]) => [name, sorted(values)])),
    capacities: capacities === undefined ? undefined : sorted(capacities),
    terms,
    holidays,
    options,
  };
}
