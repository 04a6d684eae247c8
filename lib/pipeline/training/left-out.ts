import type { Feedback } from '../../models/feedback.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import { seriesKey } from '../../series/labels.ts';
import type { TrainedMetric } from './trained-metric.ts';

/** What people said of one metric's alerts. */
export interface FeedbackReader {
  of(metric: string): Promise<readonly Feedback[]>;
}

/** What is known of a series' incidents from people, in windows of time. */
export interface JudgedIncidents {
  /** A person confirmed that something was wrong: no fit sees them. */
  readonly confirmed: readonly TimeWindow[];
  /** A person said that nothing was: they are learnt, however far out they look. */
  readonly falseAlarms: readonly TimeWindow[];
}

/** Of a series of which nobody has said anything. */
const nothingJudged: JudgedIncidents = { confirmed: [], falseAlarms: [] };

/** The windows in which nothing of a metric is learnt: false data and incidents by configuration, and maintenance. */
export function windowsLeftOut(
  { name, settings, maintenance = [] }: TrainedMetric,
  { startSeconds, endSeconds }: TimeWindow,
): TimeWindow[] {
  const excluded = settings.exclude.map(({ fromSeconds, toSeconds }) => ({
    startSeconds: fromSeconds,
    endSeconds: toSeconds,
  }));
  const maintained = maintenance
    .filter((window) => window.concerns(name))
    .flatMap((window) => window.openDuring(startSeconds, endSeconds));
  return [...excluded, ...maintained];
}

/**
 * What people said of a metric's incidents, by series. What can't be read is told as a warning: a training goes on without it.
 */
export async function judgedIncidents(
  metric: string,
  reader: FeedbackReader | undefined,
): Promise<{ readonly warnings: readonly string[]; of(key: string): JudgedIncidents }> {
  let feedback: readonly Feedback[] = [];
  const warnings: string[] = [];
  try {
    feedback = (await reader?.of(metric)) ?? [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warnings.push(`What people said of alerts is not regarded: ${reason}`);
  }
  const byKey = Map.groupBy(feedback, ({ labels }) => seriesKey(labels));
  return {
    warnings,
    of: (key) => {
      const ofSeries = byKey.get(key);
      if (ofSeries === undefined) return nothingJudged;
      return { confirmed: windowsOf(ofSeries, 'confirmed'), falseAlarms: windowsOf(ofSeries, 'false-alarm') };
    },
  };
}

/** An incident's end belongs to it; that of a window does not. */
function windowsOf(feedback: readonly Feedback[], wanted: Feedback['judgement']): TimeWindow[] {
  return feedback
    .filter(({ judgement }) => judgement === wanted)
    .map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds: endSeconds + 1 }));
}
