import { prophetBaseline } from '../../../lib/baseline/prophet-baseline.ts';
import type { Configuration } from '../../../lib/config/schema.ts';
import { scoreEvents, summarizeEvents } from '../../../lib/evaluation/event-scores.ts';
import type { Incident } from '../../../lib/evaluation/incidents.ts';
import { backtest } from '../../../lib/pipeline/evaluation/backtest.ts';
import { nightlyModelsOf } from '../../../lib/pipeline/evaluation/evaluated-metric.ts';
import { baselineOptions } from '../../../lib/pipeline/training/baseline-options.ts';
import { trainedMetric } from '../../../lib/pipeline/training/trained-metric.ts';
import type { ProphetModel } from '../../../lib/prophet/model.ts';
import { isRefusal } from '../../../lib/prophet/refusal.ts';
import { resample } from '../../../lib/series/resampling.ts';
import type { Series } from '../../../lib/series/series.ts';
import { simulatedHosts } from '../../../lib/sources/simulation/simulated-hosts.ts';
import {
  type SimulatedIncident,
  type SimulatedSeries,
  simulatedValue,
} from '../../../lib/sources/simulation/simulated-series.ts';
import { cpuSeconds } from '../quality/cpu-time.ts';
import { median } from './median.ts';

const DAY_SECONDS = 86_400;
const SCORED_DAYS = 14;
const WARMING_ROUNDS = 20;
const FIT_ROUNDS = WARMING_ROUNDS + 9;
/** A Monday in November 2026: what is scored begins then. */
const FROM_SECONDS = 1_794_182_400;
/** Alerts and incidents are held against each other by the minute, whatever the step. */
const POINT_SECONDS = 60;

/** What the simulation is like; the same for every profile. */
export const SIMULATION = { seed: 26, hosts: 12, noise: 0.05, incidentsPerWeek: 3 } as const;

/** How a profile fares against the truth of the simulation. */
export interface MeasuredDetection {
  readonly incidents: number;
  readonly recall: number;
  readonly falseAlertsPerSeriesWeek: number;
  /** From the beginning of an incident to the first alert that is sent, evaluation delay and interval included. */
  readonly medianDelaySeconds: number;
}

/** What a profile's model is like. */
export interface MeasuredModel {
  readonly parameters: number;
  readonly fitMilliseconds: number;
}

/** Two weeks of simulated hosts after the history that the profile learns from, watched as its ticks would. */
export async function measureDetection(configuration: Configuration): Promise<MeasuredDetection> {
  const [metric] = configuration.metrics;
  const trained = trainedMetric(configuration)(metric!);
  const { monitor } = trained;
  const models = nightlyModelsOf(trained);
  const endSeconds = FROM_SECONDS + SCORED_DAYS * DAY_SECONDS;
  const startSeconds = FROM_SECONDS - metric!.model.historySeconds;
  const hosts = simulatedHosts(SIMULATION, startSeconds, endSeconds);
  const scores = [];
  for (const host of hosts) {
    const series = sampled(host, startSeconds, endSeconds, monitor.stepSeconds);
    const alerts = await backtest({ monitor, models, series: [series], fromSeconds: FROM_SECONDS });
    const times = alerts.flatMap(({ event }) =>
      event.kind === 'resolved' ? [] : [event.verdict.timeSeconds],
    );
    scores.push(scoreEvents(times.map(pointOf), host.incidents.map(spanOf), 0));
  }
  const summary = summarizeEvents(scores, (hosts.length * SCORED_DAYS) / 7);
  return {
    incidents: scores.reduce((sum, { incidents }) => sum + incidents, 0),
    recall: summary.recall ?? 0,
    falseAlertsPerSeriesWeek: summary.falseAlertsPerSeriesWeek,
    medianDelaySeconds: (summary.medianDelayPoints ?? 0) * POINT_SECONDS + notificationSeconds(configuration),
  };
}

/** The model of the first simulated host; the time is the median of several fits, in time of the processor. */
export async function measureModel({ metrics: [metric] }: Configuration): Promise<MeasuredModel> {
  const { model: settings } = metric!;
  const startSeconds = FROM_SECONDS - settings.historySeconds;
  const [host] = simulatedHosts(SIMULATION, startSeconds, FROM_SECONDS);
  const { samples } = sampled(host!, startSeconds, FROM_SECONDS, settings.stepSeconds);
  const history = resample(samples, settings.stepSeconds, settings.aggregation);
  const options = baselineOptions(settings, settings.historySeconds);
  const times: number[] = [];
  let parameters = 0;
  for (let round = 0; round < FIT_ROUNDS; round += 1) {
    const begun = cpuSeconds();
    const fitted = await prophetBaseline.fit(history, options);
    if (round >= WARMING_ROUNDS) times.push(1000 * (cpuSeconds() - begun));
    if (isRefusal(fitted)) throw new Error(`The fit is refused: ${fitted.reason}`);
    parameters = parametersOf(fitted, settings.changepoints.number);
  }
  return { parameters, fitMilliseconds: median(times) };
}

/** Slope, offset and noise, a change of slope for each potential changepoint, and the coefficients of the seasonalities. */
function parametersOf(model: ProphetModel, changepoints: number): number {
  const coefficients = model.seasonalities.reduce((sum, { coefficients: { length } }) => sum + length, 0);
  return 3 + changepoints + coefficients + model.holidays.length;
}

function sampled(
  host: SimulatedSeries,
  startSeconds: number,
  endSeconds: number,
  stepSeconds: number,
): Series {
  const length = Math.floor((endSeconds - startSeconds) / stepSeconds);
  const timesSeconds = Float64Array.from({ length }, (_, index) => startSeconds + index * stepSeconds);
  const values = timesSeconds.map((time) => simulatedValue(host, time));
  return { labels: host.labels, samples: { timesSeconds, values } };
}

const pointOf = (seconds: number) => (seconds - FROM_SECONDS) / POINT_SECONDS;

const spanOf = ({ startSeconds, durationSeconds }: SimulatedIncident): Incident => ({
  firstIndex: pointOf(startSeconds),
  lastIndex: pointOf(startSeconds + durationSeconds),
});

/** From a sample to the tick that scores it, on average: the rule fires at any second of its interval. */
function notificationSeconds({ schedule }: Configuration): number {
  const { latency, intervalSeconds, evaluationDelaySeconds } = schedule;
  return evaluationDelaySeconds + (latency === 'low' ? 0 : intervalSeconds / 2);
}
