import type { HoldoutScores } from '../../lib/baseline/holdout-scores.ts';
import { formatDuration } from '../../lib/config/duration.ts';
import type { ModelSet, TrainedSeries } from '../../lib/models/model-set.ts';
import { describeProphet, type ModelDescription } from '../../lib/prophet/describe.ts';
import { isProphetModel } from '../../lib/prophet/model.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import type { Paint } from './style.ts';

const DAY_SECONDS = 86_400;
const NAME_WIDTH = 14;
const DAYS = ['Thursday', 'Friday', 'Saturday', 'Sunday', 'Monday', 'Tuesday', 'Wednesday'];

/** All series of a metric, one line each. */
export function seriesLines(set: ModelSet, paint: Paint): string[] {
  const width = Math.max(...set.series.map(({ key }) => key.length));
  return set.series.map(({ key, fitted, decision, quality }) => {
    const kind = fitted === undefined ? 'no model' : fitted.kind;
    const skill = fitted === undefined ? '' : `skill ${fitted.skill.toFixed(2)}`;
    return `${paint('bold', key.padEnd(width))}  ${kind.padEnd(NAME_WIDTH)}  ${skill.padEnd(11)}  ${percent(quality.completeness)} complete  ${decision.outcome}`;
  });
}

/** When and from what a version was trained, by name. */
export function versionFacts(set: ModelSet): [string, string][] {
  const { trainedAtSeconds, window, configurationHash, libraries, isSimulated } = set;
  const versions = Object.entries(libraries).map(([name, version]) => `${name} ${version}`);
  return [
    ['trained for', timeText(trainedAtSeconds)],
    ['history', `${timeText(window.startSeconds)} to ${timeText(window.endSeconds)}`],
    ['configuration', configurationHash],
    ['fitted by', versions.join(', ')],
    ...(isSimulated ? [['samples', 'simulated'] as [string, string]] : []),
  ];
}

/** One series' model, as lines of text. */
export function modelLines(set: ModelSet, series: TrainedSeries, paint: Paint): string[] {
  return [
    paint('bold', `${set.metric} ${series.key}`),
    ...modelFacts(set, series).map(([name, text]) => `  ${name.padEnd(NAME_WIDTH)}  ${text}`),
  ];
}

/** Trend, changepoints, seasonalities, noise, quality, and why the model is in use, by name. */
export function modelFacts(set: ModelSet, { fitted, decision, quality }: TrainedSeries): [string, string][] {
  const facts: [string, string][] = [];
  if (fitted === undefined) facts.push(['model', "none: the series uses its detector's own baseline"]);
  else {
    const from =
      fitted.carriedFrom === undefined ? set.version : `${fitted.carriedFrom}, kept in ${set.version}`;
    facts.push(['model', `${fitted.kind}, version ${from}`]);
    facts.push(['trained until', timeText(fitted.trainedUntilSeconds)]);
    facts.push([
      'skill',
      `${fitted.skill.toFixed(3)}: the fraction of the deviation that seasonality explains`,
    ]);
    if (isProphetModel(fitted.model)) facts.push(...prophetFacts(describeProphet(fitted.model)));
  }
  facts.push(['decision', `${decision.outcome}: ${decision.reasons.join('; ')}`]);
  for (const name of ['candidate', 'champion', 'seasonalNaive'] as const) {
    const scores = decision[name];
    if (scores !== undefined)
      facts.push([name === 'seasonalNaive' ? 'seasonal naive' : name, scoresText(scores)]);
  }
  facts.push([
    'history',
    `${quality.samples} samples, ${percent(quality.completeness)} complete, longest gap ${formatDuration(quality.longestGapSeconds)}, ` +
      `${percent(quality.outlierShare)} outliers, ${percent(quality.constantShare)} constant`,
  ]);
  return facts;
}

/** The facts of a Prophet model, by name. */
function prophetFacts(description: ModelDescription): [string, string][] {
  const { trend, changepoints, seasonalities, holidays, regressors, sigma, bandLevel, timeZone } =
    description;
  const facts: [string, string][] = [
    [
      'trend',
      `${trend.growth}, from ${figure(trend.atStart)} on ${timeText(trend.startSeconds)} to ${figure(trend.atEnd)}, ${signed(trend.slopePerDay)} a day at the end`,
    ],
  ];
  for (const { timeSeconds, slopeChangePerDay } of changepoints)
    facts.push(['changepoint', `${timeText(timeSeconds)}  slope ${signed(slopeChangePerDay)} a day`]);
  for (const {
    name,
    periodSeconds,
    harmonics,
    amplitude,
    mode,
    peakSeconds,
    troughSeconds,
  } of seasonalities) {
    const size = mode === 'additive' ? figure(amplitude) : percent(amplitude);
    facts.push([
      name,
      `amplitude ${size}, ${harmonics} harmonics of ${formatDuration(periodSeconds)}, ` +
        `highest ${phaseText(peakSeconds, periodSeconds)}, lowest ${phaseText(troughSeconds, periodSeconds)} (${timeZone})`,
    ]);
  }
  for (const { name, effect, mode } of [...holidays, ...regressors])
    facts.push([name, mode === 'additive' ? signed(effect) : `${signed(100 * effect)}%`]);
  facts.push(['noise', `sigma ${figure(sigma)}; the band is fitted to hold ${percent(bandLevel)}`]);
  return facts;
}

/** `Wednesday 14:05` for a week, `14:05` for a day, otherwise the time since the period began. */
function phaseText(seconds: number, periodSeconds: number): string {
  const clock = `${two(Math.floor((seconds % DAY_SECONDS) / 3600))}:${two(Math.floor((seconds % 3600) / 60))}`;
  if (periodSeconds === DAY_SECONDS) return clock;
  if (periodSeconds === 7 * DAY_SECONDS) return `${DAYS[Math.floor(seconds / DAY_SECONDS)]} ${clock}`;
  return `${formatDuration(Math.round(seconds / 60) * 60)} in`;
}

function scoresText({ coverage, error, intervalScore, samples, falseAlertsPerWeek }: HoldoutScores): string {
  const alerts = falseAlertsPerWeek === undefined ? '' : `, ${figure(falseAlertsPerWeek)} alerts a week`;
  return `error ${figure(error)}, interval score ${figure(intervalScore)}, ${percent(coverage)} of ${samples} held-out samples inside${alerts}`;
}

export function timeText(seconds: number): string {
  return `${utcMinute(seconds)} UTC`;
}

export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${figure(value)}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
