import type { Alert } from '../../alerts/alert-channel.ts';
import type { GapRecord, ResultRecord } from '../../results/result-store.ts';
import { isFallback, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { alertRecord } from '../watch/alert-identity.ts';
import type { Baselines } from '../watch/baselines.ts';
import type { QueryWindow } from '../watch/query-window.ts';
import { scoreMetric } from '../watch/score-metric.ts';
import type { Outcome } from '../watch/score-series.ts';
import { isUpToDate, type MetricMemory, type ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { endsOfSummaries } from './alert-summary.ts';
import { countLateSamples } from './late-samples.ts';
import type { Answer } from './metric-answer.ts';
import { endsOfAbandoned, trackIncidents } from './open-incidents.ts';
import type { MetricFault } from './tick.ts';

/** The memory of a metric that is no longer configured is kept this long, in case it comes back. */
const UNWATCHED_SECONDS = 7 * 86_400;

/** What a tick has scored. */
export interface Scored {
  readonly records: readonly ResultRecord[];
  /** The alerts to notify, in the order in which they were decided. */
  readonly notifications: readonly Alert[];
  readonly warnings: readonly string[];
  readonly faults: readonly MetricFault[];
  readonly seriesCount: number;
  readonly verdictCount: number;
  readonly alertCount: number;
  readonly pointsLate: number;
  readonly skippedSeconds: number;
}

export const NOTHING_SCORED: Scored = {
  records: [],
  notifications: [],
  warnings: [],
  faults: [],
  seriesCount: 0,
  verdictCount: 0,
  alertCount: 0,
  pointsLate: 0,
  skippedSeconds: 0,
};

/** What scoring works with. */
export interface ScoringPorts {
  readonly source: SeriesSource;
  readonly baselines: Baselines;
  readonly logger: Logger;
}

/** Which shard is scored, and for when. */
export interface ScoringTick {
  readonly shard: number;
  readonly timeSeconds: number;
  readonly metrics: readonly WatchedMetric[];
  readonly watched?: ReadonlySet<string>;
  readonly maximumSeries?: number;
}

/**
 * Scores every answer that can be; the others are faults. Then ends the incidents that no sample can end any more.
 *
 * @param state is changed in place: memories of metrics, series and open incidents.
 */
export function scoreAnswers(
  ports: ScoringPorts,
  tick: ScoringTick,
  state: ShardState,
  answers: readonly Answer[],
): Scored {
  const scored = answers.map((answer) => scoreAnswer(ports, tick, state, answer));
  const watched = tick.watched ?? new Set(tick.metrics.map(({ name }) => name));
  const ended = endUnfollowed(state, watched, tick.timeSeconds);
  forgetUnwatched(state, watched, tick.timeSeconds);
  return together([...scored, ended]);
}

/** The records of several parts of a tick one after the other, and their counts added up. */
export function together(parts: readonly Scored[]): Scored {
  const sum = (count: (part: Scored) => number) => parts.reduce((total, part) => total + count(part), 0);
  return {
    records: parts.flatMap(({ records }) => records),
    notifications: parts.flatMap(({ notifications }) => notifications),
    warnings: parts.flatMap(({ warnings }) => warnings),
    faults: parts.flatMap(({ faults }) => faults),
    seriesCount: sum(({ seriesCount }) => seriesCount),
    verdictCount: sum(({ verdictCount }) => verdictCount),
    alertCount: sum(({ alertCount }) => alertCount),
    pointsLate: sum(({ pointsLate }) => pointsLate),
    skippedSeconds: sum(({ skippedSeconds }) => skippedSeconds),
  };
}

/**
 * What the verdicts and alerts of a metric mean for the tick: what is written, and what is notified.
 *
 * @param state remembers the incidents that are open.
 */
export function takeIn(
  { source }: Pick<ScoringPorts, 'source'>,
  state: ShardState,
  { records, alerts }: Outcome,
): Scored {
  const inOrder = alerts.toSorted(
    (one, other) => one.event.verdict.timeSeconds - other.event.verdict.timeSeconds,
  );
  return {
    ...NOTHING_SCORED,
    records: [...records, ...inOrder.map(alertRecord)],
    // Simulated incidents are shown, and nobody is notified of them.
    notifications: source.isSimulated ? [] : trackIncidents(state, inOrder),
    verdictCount: records.length,
    alertCount: inOrder.length,
  };
}

function scoreAnswer(ports: ScoringPorts, tick: ScoringTick, state: ShardState, answer: Answer): Scored {
  const { metric, window } = answer;
  const fault = 'fault' in answer ? answer.fault : shardFault(tick, state, answer);
  if ('fault' in answer || fault !== undefined) {
    const reason = fault ?? 'no answer';
    ports.logger.error('A metric could not be scored', { metric: metric.name, shard: tick.shard, reason });
    return { ...NOTHING_SCORED, faults: [{ metric: metric.name, reason }] };
  }
  const { source, baselines } = ports;
  const { series } = answer.result;
  const warnings = answer.result.warnings.map((warning) => `${metric.name}: ${warning}`);
  // Samples of a fallback are shown and leave no trace: their memory is thrown away and the watermark stays, so that the real
  // samples of these steps are scored when the source is back.
  if (isFallback(answer.result, source)) {
    const unlearnt = { ...metric, warmUpSeconds: 0, alertOnMissing: false };
    const { records } = scoreMetric(unlearnt, newMemory(metric), window, series, baselines, true);
    return { ...NOTHING_SCORED, warnings, records, verdictCount: records.length };
  }
  const memory = memoryOf(state, metric);
  const pointsLate = answer.lateCheck === undefined ? 0 : countLateSamples(memory, answer.lateCheck);
  const gaps: Scored = {
    ...NOTHING_SCORED,
    records: window.skippedSeconds > 0 ? [gapRecord(metric, window)] : [],
    skippedSeconds: window.skippedSeconds,
  };
  const outcome = scoreMetric(metric, memory, window, series, baselines, source.isSimulated);
  const scored = takeIn(ports, state, outcome);
  return together([
    gaps,
    { ...scored, warnings, pointsLate, seriesCount: answer.isContinued === true ? 0 : series.length },
  ]);
}

/** Ends the incidents that no sample can end any more, and the summaries all of whose incidents have ended. */
function endUnfollowed(state: ShardState, watched: ReadonlySet<string>, timeSeconds: number): Scored {
  const ends = endsOfAbandoned(state, watched);
  const notified = trackIncidents(state, ends);
  const notifiedSummaries = trackIncidents(state, endsOfSummaries(state, timeSeconds));
  return {
    ...NOTHING_SCORED,
    records: ends.map(alertRecord),
    notifications: [...notified, ...notifiedSummaries],
    alertCount: ends.length,
  };
}

/** Forgets the metrics that have not been configured for long. */
function forgetUnwatched(state: ShardState, watched: ReadonlySet<string>, timeSeconds: number): void {
  for (const [name, { watermarkSeconds, openIncidents }] of state.metrics) {
    // A summary outlives the metric that it is kept with.
    const isKept =
      openIncidents.size > 0 || watched.has(name) || timeSeconds - watermarkSeconds < UNWATCHED_SECONDS;
    if (!isKept) state.metrics.delete(name);
  }
}

function shardFault(
  { maximumSeries = Infinity }: ScoringTick,
  state: ShardState,
  { metric, result }: Extract<Answer, { result: unknown }>,
): string | undefined {
  let others = 0;
  for (const [name, { series }] of state.metrics) if (name !== metric.name) others += series.size;
  if (others + result.series.length <= maximumSeries) return undefined;
  return (
    `The query returns ${result.series.length} series besides the ${others} of the shard's other metrics, ` +
    `the limit is ${maximumSeries}: raise schedule.shards or limits.seriesPerShard`
  );
}

function gapRecord(metric: WatchedMetric, window: QueryWindow): GapRecord {
  const { startSeconds, skippedSeconds } = window;
  return {
    measurement: 'gap',
    metric: metric.name,
    startSeconds: startSeconds - skippedSeconds,
    endSeconds: startSeconds - metric.monitor.stepSeconds,
    skippedSeconds,
  };
}

/** The metric's memory; one of another detector or step cannot be used, so it starts empty. */
function memoryOf(state: ShardState, metric: WatchedMetric): MetricMemory {
  const known = state.metrics.get(metric.name);
  if (known !== undefined && isUpToDate(known, metric)) return known;
  const memory = newMemory(metric, known);
  state.metrics.set(metric.name, memory);
  return memory;
}

/** @param known memory of another detector or step, of which only the watermark and the open incidents go on. */
function newMemory({ monitor }: WatchedMetric, known?: MetricMemory): MetricMemory {
  return {
    detector: monitor.detector.name,
    stepSeconds: monitor.stepSeconds,
    watermarkSeconds: known?.watermarkSeconds ?? 0,
    series: new Map(),
    movingFrom: undefined,
    openIncidents: known?.openIncidents ?? new Map(),
  };
}
