import type { Alert } from '../../alerts/alert-channel.ts';
import type { GapRecord, ResultRecord } from '../../results/result-store.ts';
import { isFallback, type SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { alertRecord } from '../watch/alert-identity.ts';
import type { Baselines } from '../watch/baselines.ts';
import { pending } from '../watch/pending-alert.ts';
import type { QueryWindow } from '../watch/query-window.ts';
import { scoreMetric } from '../watch/score-metric.ts';
import type { Outcome } from '../watch/score-series.ts';
import { isUpToDate, type MetricMemory, type ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { endSummaries } from './alert-summary.ts';
import { countLateSamples } from './late-samples.ts';
import { endAbandoned, trackIncidents } from './open-incidents.ts';
import type { Answer } from './query-metrics.ts';
import type { OpenShard } from './shard-state-store.ts';
import type { MetricFault } from './tick.ts';

/** The memory of a metric that is no longer configured is kept this long, in case it comes back. */
const UNWATCHED_SECONDS = 7 * 86_400;

/** What the answers of one tick led to. */
export interface Scored {
  readonly records: ResultRecord[];
  readonly warnings: string[];
  readonly faults: MetricFault[];
  seriesCount: number;
  verdictCount: number;
  alertCount: number;
  pointsLate: number;
  skippedSeconds: number;
}

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

/** Scores every answer that can be; the others are told as faults. @param open its state is changed in place. */
export function scoreAnswers(
  ports: ScoringPorts,
  tick: ScoringTick,
  open: OpenShard,
  answers: readonly Answer[],
): Scored {
  const { state } = open;
  const scored: Scored = {
    records: [],
    warnings: [],
    faults: [],
    seriesCount: 0,
    verdictCount: 0,
    alertCount: 0,
    pointsLate: 0,
    skippedSeconds: 0,
  };
  for (const answer of answers) {
    const { metric, window } = answer;
    const fault = 'fault' in answer ? answer.fault : shardFault(tick, state, answer);
    if ('fault' in answer || fault !== undefined) {
      const reason = fault ?? 'no answer';
      scored.faults.push({ metric: metric.name, reason });
      ports.logger.error('A metric could not be scored', { metric: metric.name, shard: tick.shard, reason });
      continue;
    }
    const { series, warnings } = answer.result;
    scored.warnings.push(...warnings.map((warning) => `${metric.name}: ${warning}`));
    // A stand-in is shown and leaves no trace: its memory is thrown away and the watermark stays, so that the real
    // samples of these steps are scored when the source is back.
    if (isFallback(answer.result, ports.source)) {
      const unlearnt = { ...metric, warmUpSeconds: 0, alertOnMissing: false };
      const standIn = scoreMetric(unlearnt, newMemory(metric), window, series, ports.baselines, true);
      for (const record of standIn.records) scored.records.push(record);
      scored.verdictCount += standIn.records.length;
      continue;
    }
    const memory = memoryOf(state, metric);
    if (answer.lateCheck !== undefined) scored.pointsLate += countLateSamples(memory, answer.lateCheck);
    if (window.skippedSeconds > 0) scored.records.push(gapRecord(metric, window));
    takeIn(
      ports,
      state,
      scored,
      scoreMetric(metric, memory, window, series, ports.baselines, ports.source.isSimulated),
    );
    scored.seriesCount += series.length;
    scored.skippedSeconds += window.skippedSeconds;
    open.isDirty = true;
  }
  endUnwatched(tick, open, scored);
  return scored;
}

/** Takes verdicts and alerts into what is to be written and told. */
export function takeIn(
  { source }: Pick<ScoringPorts, 'source'>,
  state: ShardState,
  scored: Scored,
  { records, alerts }: Outcome,
): void {
  for (const record of records) scored.records.push(record);
  const news = alerts.toSorted(
    (one, other) => one.event.verdict.timeSeconds - other.event.verdict.timeSeconds,
  );
  scored.records.push(...news.map(alertRecord));
  scored.verdictCount += records.length;
  scored.alertCount += news.length;
  // Simulated trouble is shown, never told.
  if (source.isSimulated) return;
  for (const alert of news) {
    const memory = state.metrics.get(alert.metric);
    state.outbox.push(...pending(memory === undefined ? [alert] : trackIncidents(memory, [alert])));
  }
}

/** Ends what nothing will end, and forgets the metrics that have not been configured for long. */
function endUnwatched(tick: ScoringTick, open: OpenShard, scored: Scored): void {
  const { state } = open;
  const watched = tick.watched ?? new Set(tick.metrics.map(({ name }) => name));
  const ends: readonly Alert[] = endAbandoned(state, watched);
  scored.records.push(...ends.map(alertRecord));
  scored.alertCount += ends.length;
  const endsOfSummaries = endSummaries(state, tick.timeSeconds);
  state.outbox.push(
    ...pending([...ends.filter(({ summarizedIn }) => summarizedIn === undefined), ...endsOfSummaries]),
  );
  if (ends.length + endsOfSummaries.length > 0) open.isDirty = true;
  for (const [name, { watermarkSeconds, openIncidents }] of state.metrics) {
    // A summary outlives the metric that it is kept with.
    if (
      openIncidents.size > 0 ||
      watched.has(name) ||
      tick.timeSeconds - watermarkSeconds < UNWATCHED_SECONDS
    )
      continue;
    state.metrics.delete(name);
    open.isDirty = true;
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

/** The metric's memory; one of another detector or step is of no use and begins anew. */
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
