import type { AlertChannel } from '../alerts/alert-channel.ts';
import { ResultsRejectedError } from '../results/errors.ts';
import type { ResultRecord, ResultStore, TickRecord } from '../results/result-store.ts';
import type { RangeResult, SeriesSource } from '../sources/series-source.ts';
import type { Logger } from '../telemetry/logger.ts';
import { PhaseTimer } from '../telemetry/phase-timer.ts';
import { alertRecord } from './alert-identity.ts';
import type { Baselines } from './baselines.ts';
import { forEachConcurrently } from './concurrency.ts';
import type { MonitoredMetric } from './monitored-metric.ts';
import { endAbandoned, openIncidents, rememberNews } from './open-incidents.ts';
import { tell, waiting } from './outbox.ts';
import { type QueryWindow, queryWindow } from './query-window.ts';
import { scoreMetric } from './score-metric.ts';
import type { MetricMemory, ShardState } from './shard-state.ts';
import type { ShardStateStore } from './shard-state-store.ts';

/** What the tick works with. */
export interface TickPorts {
  readonly source: SeriesSource;
  readonly results: ResultStore;
  readonly states: ShardStateStore;
  readonly baselines: Baselines;
  readonly alerts: readonly AlertChannel[];
  readonly logger: Logger;
  /** Milliseconds of a clock that only moves forward, to time the phases. */
  readonly elapsedMilliseconds: () => number;
}

/** One run: which metrics, and for which moment. */
export interface Tick {
  readonly shard: number;
  /** The time that the rule fired for, never the wall clock; Unix seconds. */
  readonly timeSeconds: number;
  readonly metrics: readonly MonitoredMetric[];
  /** How many queries run at once. */
  readonly queryConcurrency: number;
}

/** A metric that this tick could not score; its watermark stays, so that a later tick makes up for it. */
export interface MetricFault {
  readonly metric: string;
  readonly reason: string;
}

/** How the tick went. */
export interface TickSummary {
  readonly shard: number;
  readonly timeSeconds: number;
  readonly seriesScored: number;
  readonly verdictsWritten: number;
  readonly verdictsRejected: number;
  readonly alertsDecided: number;
  readonly alertsWaiting: number;
  readonly skippedSeconds: number;
  readonly warnings: readonly string[];
  readonly faults: readonly MetricFault[];
  /** Of the object that was saved; 0 when nothing had changed. */
  readonly stateBytes: number;
  readonly phaseMilliseconds: Readonly<Record<string, number>>;
}

/**
 * Collect and detect: queries what became due since the watermark, scores it, writes the verdicts, saves the state and
 * then tells the alerts. Each step may be repeated: verdicts written twice are one, the state is saved by
 * compare-and-swap, and an alert that was decided waits in the saved state until it is told; then the next save clears it.
 *
 * @throws ResultsUnavailableError when the results can't be written: nothing is saved, the next tick scores the same.
 * @throws ObjectConflictError when another tick of the shard was faster: its effects stand, this one's are the same.
 */
export async function collectAndDetect(ports: TickPorts, tick: Tick): Promise<TickSummary> {
  const phases = new PhaseTimer(ports.elapsedMilliseconds);
  try {
    const state = await phases.time('load', () => ports.states.load(tick.shard));
    const stored = state.outbox;
    state.outbox = [];
    const names = tick.metrics.map(({ name }) => name);
    await phases.time('models', () => ports.baselines.refresh(names, tick.timeSeconds));
    const answers = await phases.time('query', () => queryAll(ports, tick, state));
    const scored = await phases.time('score', async () => scoreAll(ports, tick, state, answers));
    // A tick that was delivered twice finds nothing to do the second time, and leaves the first one's record as it is.
    const isIdle = answers.length === 0 && scored.records.length === 0 && stored.length === 0;
    const records = isIdle ? [] : [...scored.records, tickRecord(tick, scored)];
    const rejected = await phases.time('write', () => write(ports, records));
    // What waited in the stored state is told before the save that clears it: a new container never sees the end of
    // the tick before, and would tell it for ever.
    const backlog = await phases.time('publish', () => tell(stored, undefined, ports.alerts, ports.logger));
    const decided = state.outbox;
    state.outbox = [...backlog, ...decided];
    const stateBytes = isIdle ? 0 : await phases.time('save', () => ports.states.save(tick.shard));
    await phases.time('publish', async () => {
      const untold = await tell(decided, openIncidents(state), ports.alerts, ports.logger);
      state.outbox = [...backlog, ...untold];
    });
    return {
      shard: tick.shard,
      timeSeconds: tick.timeSeconds,
      seriesScored: scored.seriesCount,
      verdictsWritten: scored.verdictCount - rejected,
      verdictsRejected: rejected,
      alertsDecided: scored.alertCount,
      alertsWaiting: state.outbox.length,
      skippedSeconds: scored.skippedSeconds,
      warnings: scored.warnings,
      faults: scored.faults,
      stateBytes,
      phaseMilliseconds: phases.milliseconds,
    };
  } catch (error) {
    // What is in memory has learnt points whose verdicts or state are not stored: the next tick reads the store.
    ports.states.forget(tick.shard);
    throw error;
  }
}

interface Answer {
  readonly metric: MonitoredMetric;
  readonly window: QueryWindow;
  readonly result: RangeResult | undefined;
  readonly fault: string | undefined;
}

async function queryAll(ports: TickPorts, tick: Tick, state: ShardState): Promise<Answer[]> {
  const answers: Answer[] = [];
  const due = tick.metrics.flatMap((metric) => {
    const watermark = state.metrics.get(metric.name)?.watermarkSeconds;
    const window = queryWindow(tick.timeSeconds, watermark, {
      ...metric,
      stepSeconds: metric.monitor.stepSeconds,
    });
    return window === undefined ? [] : [{ metric, window }];
  });
  await forEachConcurrently(due, tick.queryConcurrency, async ({ metric, window }, index) => {
    try {
      const result = await ports.source.queryRange({
        query: metric.query,
        startSeconds: window.startSeconds,
        endSeconds: window.endSeconds,
        stepSeconds: metric.monitor.stepSeconds,
      });
      answers[index] = { metric, window, result, fault: faultOf(metric, result) };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      answers[index] = { metric, window, result: undefined, fault };
    }
  });
  return answers;
}

function faultOf(metric: MonitoredMetric, result: RangeResult): string | undefined {
  if (result.series.length <= metric.maximumSeries) return undefined;
  return (
    `The query returns ${result.series.length} series, the limit is ${metric.maximumSeries}: ` +
    'aggregate in the query (sum by, topk) or raise maximumSeries'
  );
}

interface Scored {
  readonly records: readonly ResultRecord[];
  readonly seriesCount: number;
  readonly verdictCount: number;
  readonly alertCount: number;
  readonly skippedSeconds: number;
  readonly warnings: readonly string[];
  readonly faults: readonly MetricFault[];
}

function scoreAll(ports: TickPorts, tick: Tick, state: ShardState, answers: readonly Answer[]): Scored {
  const records: ResultRecord[] = [];
  const warnings: string[] = [];
  const faults: MetricFault[] = [];
  let seriesCount = 0;
  let verdictCount = 0;
  let alertCount = 0;
  let skippedSeconds = 0;
  for (const { metric, window, result, fault } of answers) {
    if (result === undefined || fault !== undefined) {
      faults.push({ metric: metric.name, reason: fault ?? 'no answer' });
      ports.logger.error('A metric could not be scored', {
        metric: metric.name,
        shard: tick.shard,
        reason: fault,
      });
      continue;
    }
    warnings.push(...result.warnings.map((warning) => `${metric.name}: ${warning}`));
    // A stand-in is shown and leaves no trace: its memory is thrown away and the watermark stays, so that the real
    // samples of these steps are scored when the source is back.
    if (result.isSimulated === true && !ports.source.isSimulated) {
      const standIn = scoreMetric(metric, newMemory(metric), window, result.series, ports.baselines, true);
      records.push(...standIn.records);
      verdictCount += standIn.records.length;
      continue;
    }
    const memory = memoryOf(state, metric);
    const outcome = scoreMetric(
      metric,
      memory,
      window,
      result.series,
      ports.baselines,
      ports.source.isSimulated,
    );
    records.push(...outcome.records, ...outcome.alerts.map(alertRecord));
    // Simulated trouble is shown, never told.
    if (!ports.source.isSimulated) {
      rememberNews(memory, outcome.alerts);
      state.outbox.push(...waiting(outcome.alerts));
    }
    seriesCount += result.series.length;
    verdictCount += outcome.records.length;
    alertCount += outcome.alerts.length;
    skippedSeconds += window.skippedSeconds;
  }
  const ends = endAbandoned(state, new Set(tick.metrics.map(({ name }) => name)));
  records.push(...ends.map(alertRecord));
  state.outbox.push(...waiting(ends));
  alertCount += ends.length;
  return { records, seriesCount, verdictCount, alertCount, skippedSeconds, warnings, faults };
}

/** The tick's own record; only what a repetition would find as well, so that writing it twice changes nothing. */
function tickRecord(tick: Tick, scored: Scored): TickRecord {
  return {
    measurement: 'tick',
    shard: tick.shard,
    timeSeconds: tick.timeSeconds,
    fields: {
      seriesScored: scored.seriesCount,
      verdictsWritten: scored.verdictCount,
      alertsDecided: scored.alertCount,
      faults: scored.faults.length,
      warnings: scored.warnings.length,
      skippedSeconds: scored.skippedSeconds,
    },
  };
}

/** The metric's memory; one of another detector or step is of no use and begins anew. */
function memoryOf(state: ShardState, metric: MonitoredMetric): MetricMemory {
  const { detector, stepSeconds } = metric.monitor;
  const known = state.metrics.get(metric.name);
  if (known?.detector === detector.name && known.stepSeconds === stepSeconds) return known;
  const memory = newMemory(metric, known);
  state.metrics.set(metric.name, memory);
  return memory;
}

/** @param known memory of another detector or step, of which only the watermark and the open incidents go on. */
function newMemory({ monitor }: MonitoredMetric, known?: MetricMemory): MetricMemory {
  return {
    detector: monitor.detector.name,
    stepSeconds: monitor.stepSeconds,
    watermarkSeconds: known?.watermarkSeconds ?? 0,
    series: new Map(),
    openIncidents: known?.openIncidents ?? new Map(),
  };
}

/** @returns how many records the store refused for what they are: they would be refused for ever, so the tick goes on. */
async function write(ports: TickPorts, records: readonly ResultRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  try {
    await ports.results.write(records);
    return 0;
  } catch (error) {
    if (!(error instanceof ResultsRejectedError)) throw error;
    ports.logger.error('The result store refused points', { rejected: error.rejectedCount, error });
    return error.rejectedCount;
  }
}
