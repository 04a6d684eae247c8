import { percent, soonText, withInterval } from './accuracy-card.ts';
import { counted } from './label-basis.ts';
import type { MetricEvaluation } from './metric-evaluation.ts';

/**
 * How the alerts fared on real incidents, for people.
 *
 * @returns undefined when nobody labelled the history.
 */
export function labelledSentence({
  card,
  labelled,
}: Pick<MetricEvaluation, 'card' | 'labelled'>): string | undefined {
  if (labelled === undefined) return undefined;
  const { incidents, recall, precision, delaySeconds } = labelled;
  const isJudged = card.labels?.kind === 'judged-alerts';
  const adjective = isJudged ? 'confirmed' : 'labelled';
  const real =
    precision.value === null ? '' : `; ${withInterval(precision, percent)} of the alerts belong to one`;
  if (incidents === 0) return `No ${adjective} incident lies in the judged part of the history${real}.`;
  const soon = delaySeconds.value === null ? '' : `, half of those ${soonText(delaySeconds.value)}`;
  const flattery = isJudged ? ' Only what was alerted could be confirmed, so the share found flatters.' : '';
  const found = `${withInterval(recall, percent)} were found${soon}`;
  return `Of ${counted(incidents, `${adjective} incident`)} ${found}${real}.${flattery}`;
}
