import type { Feedback } from '../../models/feedback.ts';
import type { Samples } from '../../series/samples.ts';

/**
 * The labels that judged alerts give to a history: 1 within an incident that was confirmed, else 0.
 *
 * @param feedback on this series; that on times outside the history does nothing.
 * @returns the labels, and the feedback that lies in the history; undefined where none does.
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
