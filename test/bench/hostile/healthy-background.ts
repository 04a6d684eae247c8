import { type Labels, seriesKey } from '../../../lib/series/labels.ts';
import { normalAt, seedOf, wanderingAt } from '../../../lib/series/seeded-noise.ts';
import { Dice } from './dice.ts';

export const STEP_SECONDS = 60;
/** Worlds share so many backgrounds, so that the undisturbed run of each is made once. */
export const BACKGROUNDS = 8;
/** A Tuesday in November 2023, on the hour: the first tick is for this time. */
export const FIRST_TICK_SECONDS = 1_700_002_800;
/** How much history the source has before the first tick, in steps. */
const HISTORY_STEPS = 4 * 60;
/** The source may be asked for steps after the last tick. */
const STEPS_AFTER = 30;
const INCIDENT_STEPS = 4;
/** No incident begins in the first ticks, when the history is being replayed. */
const FIRST_INCIDENT_TICK = 25;
const INCIDENT_SPACING_TICKS = 70;

/** One metric of a world. */
export interface BackgroundMetric {
  /** Its query too. */
  readonly name: string;
  /** The labels that its series keep; undefined for all. */
  readonly kept: readonly string[] | undefined;
  /** The default, and a chart that is sure of an incident after little history. */
  readonly detector: 'rarity' | 'ewma-chart';
  readonly series: readonly BackgroundSeries[];
}

/** One series, with what it would be if nothing went wrong. */
export interface BackgroundSeries {
  readonly metric: string;
  /** As the source names it. */
  readonly labels: Labels;
  /** As it is monitored, after the labels that are not kept are gone. */
  readonly key: string;
  /** As the source writes it; undefined before its history, and after the world. */
  readonly valueAt: (timeSeconds: number) => string | undefined;
  readonly incidents: readonly InjectedIncident[];
}

/** Something that a person has to hear of. */
export interface InjectedIncident {
  readonly onsetSeconds: number;
}

/** What is monitored, while nothing is wrong with the servers. */
export interface Background {
  readonly seed: number;
  readonly ticks: number;
  readonly metrics: readonly BackgroundMetric[];
}

interface Shape {
  readonly name: string;
  readonly series: number;
  readonly kept?: readonly string[];
  readonly detector: BackgroundMetric['detector'];
}

const SHAPES: readonly Shape[] = [
  { name: 'requests', series: 3, detector: 'ewma-chart' },
  { name: 'errors', series: 2, kept: ['instance'], detector: 'ewma-chart' },
  { name: 'latency', series: 2, detector: 'rarity' },
  { name: 'queue', series: 2, kept: ['instance'], detector: 'ewma-chart' },
  { name: 'cpu', series: 2, detector: 'ewma-chart' },
];

/**
 * Series that are healthy but for a few incidents that no detector misses.
 *
 * @param seed the same seed gives the same values.
 * @param ticks how many there are, one a step.
 */
export function healthyBackground(seed: number, ticks: number): Background {
  const dice = new Dice(seedOf(`background ${seed}`));
  const metrics = SHAPES.map(({ name, series: count, kept, detector }) => ({
    name,
    kept,
    detector,
    series: Array.from({ length: count }, (_, index) => {
      const labels: Labels = { instance: `host-${index}`, pod: `${name}-${index}-a` };
      const monitored = kept === undefined ? labels : { instance: labels.instance as string };
      const incidents = drawIncidents(dice, ticks);
      const valueAt = valuesOf(seedOf(`${seed} ${name} ${index}`), ticks, incidents);
      return { metric: name, labels, key: seriesKey(monitored), valueAt, incidents };
    }),
  }));
  return { seed, ticks, metrics };
}

/** The time of a tick, counted from 0. */
export function tickSeconds(tick: number): number {
  return FIRST_TICK_SECONDS + tick * STEP_SECONDS;
}

function drawIncidents(dice: Dice, ticks: number): InjectedIncident[] {
  const incidents: InjectedIncident[] = [];
  let tick = dice.whole(FIRST_INCIDENT_TICK, FIRST_INCIDENT_TICK + INCIDENT_SPACING_TICKS);
  for (; tick < ticks - 2 * INCIDENT_STEPS; tick += INCIDENT_SPACING_TICKS + dice.whole(0, 40))
    incidents.push({ onsetSeconds: tickSeconds(tick) });
  return incidents;
}

function valuesOf(
  seed: number,
  ticks: number,
  incidents: readonly InjectedIncident[],
): (timeSeconds: number) => string | undefined {
  const firstSeconds = FIRST_TICK_SECONDS - HISTORY_STEPS * STEP_SECONDS;
  const level = 10 ** (1 + (seed % 4));
  const values = Array.from({ length: HISTORY_STEPS + ticks + STEPS_AFTER }, (_, index) => {
    const timeSeconds = firstSeconds + index * STEP_SECONDS;
    const slow = 0.005 * wanderingAt(seed, timeSeconds, 3600);
    const usual = level * (1 + slow + 0.01 * normalAt(seed, index));
    const isTroubled = incidents.some(
      ({ onsetSeconds }) =>
        timeSeconds >= onsetSeconds && timeSeconds < onsetSeconds + INCIDENT_STEPS * STEP_SECONDS,
    );
    return String(isTroubled ? usual * 3 : usual);
  });
  return (timeSeconds) => values[(timeSeconds - firstSeconds) / STEP_SECONDS];
}
