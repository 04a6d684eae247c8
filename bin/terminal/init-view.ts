import { formatDuration } from '../../lib/config/duration.ts';
import { readPreset } from '../../lib/config/presets/preset-files.ts';
import { printableText } from '../../lib/config/printable-text.ts';
import type { KeptCandidate, LeftOut } from '../../lib/discovery/candidate.ts';
import type { Proposal } from '../../lib/discovery/propose.ts';
import { FARTHEST_HISTORY_SECONDS, type Survey } from '../../lib/discovery/survey.ts';
import type { Paint } from './style.ts';

const DAY_SECONDS = 86_400;
/** Reasons of the same kind beyond these are counted: the file has them all. */
const MOST_LEFT_OUT = 12;
const KINDS: Readonly<Record<LeftOut['reason'], string>> = {
  nothing: 'returned nothing in the last hour',
  constant: 'constant for the whole last day',
  'too-many-series': 'too many series',
  counter: 'counters without rate',
  refused: 'refused by the server',
};

/** What a look at a server found, a line each. */
export function surveyLines({ names, presets, historySeconds }: Survey): string[] {
  const scrapes = [...new Set(presets.map((one) => formatDuration(one.scrapeIntervalSeconds)))];
  const history =
    historySeconds >= FARTHEST_HISTORY_SECONDS - DAY_SECONDS
      ? `${Math.floor(FARTHEST_HISTORY_SECONDS / DAY_SECONDS)} days or more`
      : daysOf(historySeconds);
  return [
    `${names.length} metrics, history of ${history}${scrapes.length === 0 ? '' : `, scraped every ${scrapes.join(', ')}`}`,
    presets.length === 0
      ? 'No exporter that a preset knows'
      : `Recognised: ${presets.map(({ preset }) => preset.title).join(', ')}`,
  ];
}

function daysOf(seconds: number): string {
  if (seconds >= 2 * DAY_SECONDS) return `${Math.floor(seconds / DAY_SECONDS)} days`;
  return seconds >= 2 * 3600 ? `${Math.floor(seconds / 3600)} hours` : `${Math.floor(seconds / 60)} minutes`;
}

/** The proposed metrics with their series, and what was left out and why. */
export function proposalLines({ kept, leftOut, untried }: Proposal, paint: Paint): string[] {
  const lines: string[] = [];
  for (const [preset, metrics] of Map.groupBy(kept, ({ candidate }) => candidate.preset)) {
    lines.push(paint('bold', preset === undefined ? 'No preset knows these' : readPreset(preset).title));
    lines.push(...metrics.map(keptLine));
  }
  if (leftOut.length > 0) lines.push(paint('bold', 'Left out'));
  for (const [reason, metrics] of Map.groupBy(leftOut, (one) => one.reason))
    lines.push(...leftOutLines(reason, metrics));
  if (untried > 0)
    lines.push(`  ${untried} more metrics that no preset knows were not tried; --other N tries more`);
  return lines;
}

function keptLine({ candidate, seriesCount }: KeptCandidate): string {
  const series = `${seriesCount} series`.padStart(12);
  return `${series}  ${printableText(candidate.name).padEnd(32)} ${printableText(candidate.description, 70)}`;
}

function leftOutLines(reason: LeftOut['reason'], metrics: readonly LeftOut[]): string[] {
  const isAlike = reason === 'nothing' || reason === 'constant';
  if (!isAlike) {
    const shown = metrics
      .slice(0, MOST_LEFT_OUT)
      .map(({ name, explanation }) => `  ${printableText(name)} ${explanation}`);
    const rest = metrics.length - shown.length;
    return rest > 0 ? [...shown, `  and ${rest} more: ${KINDS[reason]}`] : shown;
  }
  const names = metrics.map(({ name }) => printableText(name));
  const rest = names.length - MOST_LEFT_OUT;
  const listed = names.slice(0, MOST_LEFT_OUT).join(', ');
  return [`  ${KINDS[reason]}: ${listed}${rest > 0 ? ` and ${rest} more` : ''}`];
}
