import type { Feedback } from '../../models/feedback.ts';
import type { Samples } from '../../series/samples.ts';

/**
 * Labels a history by its judged alerts: 1 during a confirmed incident, else 0.
 *
 * @param feedback on this series; feedback outside the history is ignored.
 * @returns the labels and the feedback within the history; undefined without any.
 */
export function feedbackTruth(
  { timesSeconds }: Samples,
  feedback: readonly Feedback[],
): { readonly labels: Uint8Array; readonly used: readonly Feedback[] } | undefined {
  const labels = new Uint8Array(timesSeconds.length);
  const used = feedback.filter(({ startSeconds, endSeconds, judgement }) => {
    const first = timesSeconds.findIndex((time) => time >= startSeconds);
    if (first < 0 || timesSeconds[first]! > endSeconds) return false;
    const after = timesSeconds.findIndex((time) => time > endSeconds);
    if (judgement === 'confirmed') labels.fill(1, first, after < 0 ? labels.length : after);
    return true;
  });
  return used.length === 0 ? undefined : { labels, used };
}
