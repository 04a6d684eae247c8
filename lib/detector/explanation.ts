import type { Evidence } from './score.ts';
import type { Verdict } from './verdict.ts';
import { duration, fewerThanOneOf, frequencyOf, number, rarityOf, rough } from './wording.ts';

/** The memory that "the level of 14 days" and "the highest for 3 weeks" speak of; younger series say how old they are. */
const LEVEL_SECONDS = 14 * 86_400;
const RANGE_SECONDS = 21 * 86_400;
/** A percentage says something between these; beyond, the two numbers alone do. */
const LEAST_PERCENT = 1;
const MOST_PERCENT = 1000;

/**
 * Why this verdict matters, in a sentence for a person, with its numbers: "The mean of the last 10 minutes is 32% above the
 * level of 14 days (54.1 instead of 41): this happens in about 1 of 4,000 minutes." How often is what was counted in the series, where
 * the detector counts. Little history is admitted.
 *
 * @param stepSeconds nominal step of the series: what a point is.
 */
export function explain(verdict: Verdict, stepSeconds: number): string {
  const { evidence, value, confidence } = verdict;
  if (evidence === undefined) return `The value is ${number(value)}.`;
  const sentence = `${finding(evidence, stepSeconds)}${afterJump(evidence)}: ${frequency(evidence, stepSeconds)}.`;
  if (confidence >= 1) return sentence;
  const siblings = evidence.isOfSiblings === true ? ", judged by the metric's other series" : '';
  const history = `Little history yet: ${duration(evidence.ageSeconds)}${siblings} (confidence ${rough(confidence)}).`;
  return `${sentence} ${history}`;
}

/** That an incident is over, since when, and what is normal now. */
export function explainRecovery(
  verdict: Verdict,
  incident: { readonly onsetSeconds: number; readonly lastNearSeconds: number },
  stepSeconds: number,
): string {
  const calm = duration(verdict.timeSeconds - incident.lastNearSeconds);
  const lasted = duration(incident.lastNearSeconds - incident.onsetSeconds + stepSeconds);
  const { band } = verdict;
  const expected =
    band === undefined ? '' : `, expected between ${number(band.lower)} and ${number(band.upper)}`;
  return `Back to normal for ${calm}: the value is ${number(verdict.value)}${expected}. The incident lasted ${lasted}.`;
}

/** What was counted; for a detector that counts nothing, what its arithmetic says. */
function frequency(evidence: Evidence, stepSeconds: number): string {
  const { channel, direction, comparablePoints, historyPoints, surprise } = evidence;
  if (comparablePoints === undefined || historyPoints === undefined)
    return `this is expected in ${rarityOf(surprise, stepSeconds)}`;
  if (channel === 'range')
    return `${fewerThanOneOf(historyPoints, stepSeconds)} is as ${direction < 0 ? 'low' : 'high'}`;
  return frequencyOf(comparablePoints, historyPoints, stepSeconds);
}

function afterJump({ decisiveJump }: Evidence): string {
  return decisiveJump === undefined ? '' : `, after a jump of ${rough(decisiveJump)} times the usual size`;
}

function finding(evidence: Evidence, stepSeconds: number): string {
  switch (evidence.channel) {
    case 'fast':
      return jump(evidence);
    case 'deviation':
      return farOff(evidence);
    case 'level':
      return shiftedLevel(evidence, stepSeconds);
    case 'range':
      return record(evidence);
    case 'flat':
      return stuck(evidence, stepSeconds);
  }
}

function jump({ direction, observed, usual }: Evidence): string {
  return `The value ${direction < 0 ? 'dropped' : 'jumped'} to ${number(observed)}, expected about ${number(usual)}`;
}

function farOff({ direction, observed, usual, spread, hasTimeOfDay }: Evidence): string {
  const side = direction < 0 ? 'below' : 'above';
  const times = rough(Math.abs(observed - usual) / spread);
  const when = hasTimeOfDay ? ' for this time of day' : '';
  return (
    `The value ${number(observed)} is far ${side} the usual ${number(usual)}${when} ` +
    `(${times} times the usual spread)`
  );
}

function shiftedLevel(
  { observed, usual, points, ageSeconds, hasTimeOfDay }: Evidence,
  stepSeconds: number,
): string {
  const last = duration(points * stepSeconds);
  const level = `the level of ${duration(Math.min(ageSeconds, LEVEL_SECONDS))}`;
  const season = hasTimeOfDay ? ', time of day taken into account' : '';
  const percent = (100 * Math.abs(observed - usual)) / Math.abs(usual);
  const side = observed < usual ? 'below' : 'above';
  if (percent >= LEAST_PERCENT && percent <= MOST_PERCENT) {
    return (
      `The mean of the last ${last} is ${rough(percent)}% ${side} ${level} ` +
      `(${number(observed)} instead of ${number(usual)}${season})`
    );
  }
  return `The mean of the last ${last} is ${number(observed)}, ${side} ${level}, ${number(usual)}${season}`;
}

function record({ direction, observed, usual, ageSeconds, isOfSiblings }: Evidence): string {
  const extreme = direction < 0 ? 'lowest' : 'highest';
  if (isOfSiblings === true)
    return `The value ${number(observed)} is ${direction < 0 ? 'below' : 'above'} the ${extreme} expected of this series (${number(usual)})`;
  const since =
    ageSeconds >= RANGE_SECONDS
      ? `for ${duration(RANGE_SECONDS)}`
      : `since the series began ${duration(ageSeconds)} ago`;
  return `The value ${number(observed)} is the ${extreme} ${since} (before: ${number(usual)})`;
}

function stuck({ observed, points }: Evidence, stepSeconds: number): string {
  return `The value has been stuck at ${number(observed)} for ${duration(points * stepSeconds)} (${points} points)`;
}
