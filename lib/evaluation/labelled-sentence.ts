import { percent, soonText, withInterval } from './accuracy-card.ts';
import { counted } from './label-basis.ts';
import type { MetricEvaluation } from './metric-evaluation.ts';

/** With fewer incidents their number says more than a percentage. */
const FEW_INCIDENTS = 5;

/**
 * How well the alerts found real incidents, in words.
 *
 * @returns undefined without labels.
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
  if (incidents === 0) return `The judged part of the history has no ${adjective} incident${real}.`;
  const found = Math.round((recall.value ?? 0) * incidents);
  const soon =
    delaySeconds.value === null
      ? ''
      : `, ${found === 1 ? '' : 'half of those '}${soonText(delaySeconds.value)}`;
  const flattery = isJudged ? ' Only alerts could be confirmed, so this share is too high.' : '';
  const share = incidents < FEW_INCIDENTS ? '' : `: ${withInterval(recall, percent)}`;
  const count = `${found} of ${counted(incidents, `${adjective} incident`)} ${found === 1 ? 'was' : 'were'} found`;
  return `${count}${share}${soon}${real}.${flattery}`;
}
