import { formatDuration } from '../config/duration.ts';
import { PRESET_RATE_WINDOW, type PresetMetric } from '../config/presets/preset.ts';
import type { Candidate } from './candidate.ts';
import type { RecognisedPreset } from './survey.ts';

/** A rate needs two samples; over four scrapes a missed one leaves no gap. */
const SCRAPES_PER_WINDOW = 4;
const SHORTEST_WINDOW_SECONDS = 300;

/**
 * The range that rates are taken over.
 *
 * @param scrapeIntervalSeconds how often the metric is scraped.
 */
export function rateWindow(scrapeIntervalSeconds: number): string {
  const minutes = Math.ceil((SCRAPES_PER_WINDOW * scrapeIntervalSeconds) / 60);
  return formatDuration(Math.max(SHORTEST_WINDOW_SECONDS, minutes * 60));
}

/** The metrics of a preset, with rates over a range that fits how often they are scraped. */
export function presetCandidates(
  { name, preset, scrapeIntervalSeconds }: RecognisedPreset,
  seriesLimit: number,
): Candidate[] {
  const window = rateWindow(scrapeIntervalSeconds);
  return preset.metrics.map((metric: PresetMetric) => ({
    ...metric,
    query: metric.query.trim().replaceAll(`[${PRESET_RATE_WINDOW}]`, `[${window}]`),
    unit: metric.unit,
    preset: name,
    scrapeIntervalSeconds,
    isPlain: false,
    seriesLimit,
  }));
}
