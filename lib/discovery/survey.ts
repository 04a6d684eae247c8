import type { Preset } from '../config/presets/preset.ts';
import { type PresetName, presetNames, readPreset } from '../config/presets/preset-files.ts';
import { SourceQueryError } from '../sources/errors.ts';
import type { MetricCatalogue, MetricDescription } from '../sources/metric-catalogue.ts';
import type { SeriesSource } from '../sources/series-source.ts';

const HOUR_SECONDS = 3600;
/** Names of metrics without samples since then are out of date. */
const RECENT_SECONDS = 2 * HOUR_SECONDS;
/** Enough for three scrapes of ten minutes. */
const SCRAPES_SECONDS = 1800;
/** Prometheus' own default; what is assumed of a metric with fewer than two samples. */
const DEFAULT_SCRAPE_SECONDS = 60;
/** The longest history that is looked for: more than any profile trains on. */
export const FARTHEST_HISTORY_SECONDS = 35 * 24 * HOUR_SECONDS;
const HISTORY_STEP_SECONDS = HOUR_SECONDS;

/** A preset whose metrics exist on a server. */
export interface RecognisedPreset {
  readonly name: PresetName;
  readonly preset: Preset;
  /** How often its exporter is scraped: the median distance of the samples of one series. */
  readonly scrapeIntervalSeconds: number;
}

/** What a server has. */
export interface Survey {
  /** The names of its current metrics. */
  readonly names: readonly string[];
  readonly descriptions: ReadonlyMap<string, MetricDescription>;
  /** In the order of `presetNames`. */
  readonly presets: readonly RecognisedPreset[];
  /** How far back its samples go, to the hour and at most `FARTHEST_HISTORY_SECONDS`; 0 when it has none. */
  readonly historySeconds: number;
  readonly nowSeconds: number;
}

/**
 * Looks at a server: its metrics, the presets that fit them, how often it scrapes, and how far back its history goes.
 *
 * @param nowSeconds Unix time.
 * @throws SourceUnavailableError when the server can't be reached.
 * @throws SourceQueryError when it refuses, or is not a Prometheus.
 */
export async function surveyServer(
  { catalogue, source }: { readonly catalogue: MetricCatalogue; readonly source: SeriesSource },
  nowSeconds: number,
): Promise<Survey> {
  const names = [...(await catalogue.names(nowSeconds - RECENT_SECONDS))].sort();
  const present = new Set(names);
  const presets: RecognisedPreset[] = [];
  for (const name of presetNames) {
    const preset = readPreset(name);
    if (!preset.recognisedBy.every((mark) => present.has(mark))) continue;
    const times = await catalogue.sampleTimes(preset.recognisedBy[0]!, nowSeconds, SCRAPES_SECONDS);
    // A metric without a current sample was on the server a while ago, or is of a test that ended.
    if (times.length > 0) presets.push({ name, preset, scrapeIntervalSeconds: scrapeInterval(times) });
  }
  const probe = present.has('up') ? 'up' : (presets[0]?.preset.recognisedBy[0] ?? names.find(isPlainName));
  return {
    names,
    descriptions: await catalogue.descriptions(),
    presets,
    historySeconds: probe === undefined ? 0 : await historyOf(source, probe, nowSeconds),
    nowSeconds,
  };
}

/** Whether a name can be written as a selector; Prometheus 3 has others as well. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/**
 * The median distance of scrapes, rounded to whole seconds.
 *
 * @param timesSeconds ascending.
 */
export function scrapeInterval(timesSeconds: readonly number[]): number {
  const distances = timesSeconds.slice(1).map((time, index) => time - timesSeconds[index]!);
  if (distances.length === 0) return DEFAULT_SCRAPE_SECONDS;
  distances.sort((one, other) => one - other);
  return Math.max(1, Math.round(distances[Math.floor(distances.length / 2)]!));
}

async function historyOf(source: SeriesSource, metric: string, nowSeconds: number): Promise<number> {
  const endSeconds = Math.floor(nowSeconds / HISTORY_STEP_SECONDS) * HISTORY_STEP_SECONDS;
  try {
    const { series } = await source.queryRange({
      query: `count(${metric})`,
      startSeconds: endSeconds - FARTHEST_HISTORY_SECONDS,
      endSeconds,
      stepSeconds: HISTORY_STEP_SECONDS,
    });
    const first = series[0]?.samples.timesSeconds[0];
    return first === undefined ? 0 : nowSeconds - first;
  } catch (error) {
    // A server that forbids long ranges: what it holds shows when models are trained.
    if (error instanceof SourceQueryError) return 0;
    throw error;
  }
}
