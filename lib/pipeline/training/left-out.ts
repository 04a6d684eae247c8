import type { Feedback } from '../../models/feedback.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import { seriesKey } from '../../series/labels.ts';
import type { TrainedMetric } from './trained-metric.ts';

/** Reads the feedback on one metric's alerts. */
export interface FeedbackReader {
  of(metric: string): Promise<readonly Feedback[]>;
}

/** The windows of a series' judged incidents. */
export interface JudgedIncidents {
  /** Confirmed incidents: left out of every fit. */
  readonly confirmed: readonly TimeWindow[];
  /** False alarms: always learnt. */
  readonly falseAlarms: readonly TimeWindow[];
}

/** A series without feedback. */
const nothingJudged: JudgedIncidents = { confirmed: [], falseAlarms: [] };

/** The windows that a metric's fits leave out: configured exclusions and maintenance. */
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
 * Reads the feedback on a metric's incidents, by series. A failure becomes a warning, and the training continues.
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
    warnings.push(`Could not read the feedback on alerts; training without it: ${reason}`);
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

/** Incidents include their end, windows exclude it. */
function windowsOf(feedback: readonly Feedback[], wanted: Feedback['judgement']): TimeWindow[] {
  return feedback
    .filter(({ judgement }) => judgement === wanted)
    .map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds: endSeconds + 1 }));
}
