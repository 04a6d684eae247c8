import { completenessOf } from '../series/quality.ts';
import { type AugursFit, type AugursTask, fitWithAugurs, refit } from './augurs-fit.ts';
import { clockOf } from './clock.ts';
import { constantModel, isConstant } from './constant-model.ts';
import { UnknownPlaceError } from './errors.ts';
import { offsetSecondsAt } from './forecast-times.ts';
import { type PreparedHistory, type ProphetHistory, prepareHistory } from './history.ts';
import type { HolidayCalendarEntry } from './holidays.ts';
import type { LocalClock, ProphetModel } from './model.ts';
import { modelOf, scalingOf } from './model-assembly.ts';
import { defaultProphetOptions, faultIn, type ProphetOptions } from './options.ts';
import { type FitRefusal, refuse } from './refusal.ts';
import { type SharedDesign, SharedDesigns } from './shared-designs.ts';
import { chooseTerms } from './terms.ts';

/** A model covers holidays and daylight saving this far past its history; it is retrained much sooner. */
const CALENDAR_AHEAD_SECONDS = 400 * 86_400;
const DAY_SECONDS = 86_400;

/**
 * Fits Prophet to one series.
 *
 * The history may be unordered and have duplicates, gaps and non-finite values. A constant series becomes a
 * constant model. Equal histories, in whatever order, give equal models to the bit.
 *
 * @param options override `defaultProphetOptions`.
 * @param designs intermediate results of other fits, which this one reuses and extends.
 * @returns the model, or a refusal with its reason; no value in a history makes it throw.
 * @throws ColumnLengthError when times and values differ in length.
 * @example
 * const outcome = await fitProphet(samples, { holidays: { country: 'DE' } });
 * if (isRefusal(outcome)) return report(outcome.explanation);
 * const band = forecastProphet(outcome, forecastTimes(nextDay));
 */
export async function fitProphet(
  history: ProphetHistory,
  options: Partial<ProphetOptions> = {},
  designs = new SharedDesigns(),
): Promise<ProphetModel | FitRefusal> {
  const wanted: ProphetOptions = { ...defaultProphetOptions, ...options };
  const fault = faultIn(wanted);
  if (fault !== undefined) return refuse('invalid-options', `The options are invalid: ${fault}`);
  const prepared = prepareHistory(history, wanted);
  if (prepared.kind === 'refusal') return prepared;
  const completeness = completenessOf(prepared.samples.timesSeconds, prepared.stepSeconds);
  if (isConstant(prepared)) return constantModel(prepared, completeness, wanted.intervalWidth);
  try {
    const { timesSeconds } = prepared.samples;
    const known = designs.find(wanted, timesSeconds);
    const solved = known === undefined ? await solve(prepared, wanted) : solveAgain(prepared, known);
    if (known === undefined) designs.remember(wanted, timesSeconds, solved);
    const { task, fit, clock } = solved;
    return fit.converged ? modelOf(prepared, task, fit, clock, completeness) : refuseUnconverged(fit);
  } catch (error) {
    if (error instanceof UnknownPlaceError) return refuse('invalid-options', error.message);
    return refuse(
      'optimizer-failed',
      `The fit failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function solve(prepared: PreparedHistory, options: ProphetOptions): Promise<SharedDesign> {
  const { clock, holidays } = await calendarOf(prepared, options);
  const { task, order } = taskOf(prepared, options, clock, holidays);
  return { task, clock, order, fit: await fitWithAugurs(task) };
}

function solveAgain(prepared: PreparedHistory, known: SharedDesign): SharedDesign {
  const { task, order } = known;
  const { floor, scale } = scalingOf(prepared, task.options);
  const values = inOrder(prepared.samples.values, order);
  const scaled = values.map((value) => (value - floor) / scale);
  return { ...known, task: { ...task, values }, fit: refit(known.fit, scaled) };
}

function inOrder(column: Float64Array, order: Int32Array): Float64Array {
  return column.map((_, row) => column[order[row]!]!);
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
  /** Only those with at least one sample in the history. */
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
  // The holiday data is larger than a megabyte, so it is loaded only when needed.
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

/** In local time an hour of autumn comes twice: the rows are sorted as augurs will sort them. */
function taskOf(
  prepared: PreparedHistory,
  options: ProphetOptions,
  clock: LocalClock | undefined,
  holidays: readonly HolidayCalendarEntry[],
): { readonly task: AugursTask; readonly order: Int32Array } {
  const { samples, conditions, regressors, capacities, stepSeconds } = prepared;
  const local = clock === undefined ? samples.timesSeconds : toLocal(samples.timesSeconds, clock);
  const order = Int32Array.from(local.keys());
  if (clock !== undefined) order.sort((a, b) => local[a]! - local[b]! || a - b);
  const seconds = inOrder(local, order);
  const terms = chooseTerms(
    options,
    { samples: seconds.length, spanSeconds: seconds.at(-1)! - seconds[0]!, stepSeconds },
    holidays.length + options.regressors.length,
  );
  const task = {
    seconds,
    values: inOrder(samples.values, order),
    conditions: new Map(
      [...conditions].map(([name, holds]) => [name, holds.map((_, row) => holds[order[row]!]!)]),
    ),
    regressors: new Map([...regressors].map(([name, values]) => [name, inOrder(values, order)])),
    capacities: capacities === undefined ? undefined : inOrder(capacities, order),
    terms,
    holidays,
    options,
  };
  return { task, order };
}
