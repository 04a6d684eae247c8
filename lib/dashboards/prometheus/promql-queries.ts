import { formatDuration } from '../../config/duration.ts';
import type { StoreQuery, TickPrice } from '../store/dashboard-store.ts';
import type { Question } from '../store/questions.ts';
import { nightlyQueries } from './nightly-queries.ts';

/**
 * In a raw string, PromQL replaces nothing: what Grafana escapes for the regular expression arrives as it is. The only
 * character that could end it is a backtick, which no name of a series contains (see `seriesKey`).
 */
export const OF_METRIC = 'metric=~`${metric:regex}`';
const OF_SERIES = `${OF_METRIC},series=~\`\${series:regex}\``;
/** Prometheus looks back as long by itself, which is too short for steps of five minutes. */
const LEAST_LOOKBACK_SECONDS = 300;
const DAYS_A_MONTH = 30;

const line = (text: string, legend: string): StoreQuery => ({ text, shape: 'series', legend });
const table = (text: string, columns: Readonly<Record<string, string>>): StoreQuery => ({
  text,
  shape: 'table',
  columns,
});

/**
 * The questions that a store of numbers answers, in PromQL.
 *
 * @param stepSeconds the distance of two samples, in seconds.
 */
export function promqlQueries(
  stepSeconds: number,
  price: TickPrice,
): Readonly<Partial<Record<Question, StoreQuery>>> {
  const lookback = formatDuration(Math.max(LEAST_LOOKBACK_SECONDS, 2 * stepSeconds));
  /** The newest sample of each series that is not gone. */
  const recent = (selector: string) => `last_over_time(${selector}[${lookback}])`;
  const ofSeries = (name: string) => recent(`tidemark_${name}{${OF_SERIES}}`);
  /** One line for each of several names. */
  const byName = (names: string) =>
    line(`sum by (__name__) (${recent(`{__name__=~"${names}"}`)})`, '{{__name__}}');
  const tick = (name: string) => recent(`tidemark_tick_${name}`);
  const state = (name: string) => recent(`tidemark_metric_state_${name}`);
  const tickMilliseconds = `sum by (shard) (${recent('{__name__=~"tidemark_tick_outcome_.+_milliseconds"}')})`;
  const dollarsPerSecond = price.memoryGigabytes * price.perGigabyteSecond;
  return {
    openIncidentCount: table(`sum(${state('incidents_open')})`, { Value: 'open incidents' }),
    seriesCount: table(`sum(${state('series')})`, { Value: 'series' }),
    silentMetricCount: table(`sum(${state('is_silent')})`, { Value: 'silent metrics' }),
    openIncidents: table(`${recent('tidemark_anomaly')} == 1`, { metric: 'metric', series: 'series' }),
    silentMetrics: table(`${state('seconds_without_sample')} and ${state('is_silent')} == 1`, {
      metric: 'metric',
      Value: 'secondsWithoutSample',
    }),
    seriesByState: table(
      `count by (state) (label_replace(${recent('tidemark_anomaly')} == 1, "state", "anomaly", "", "") or label_replace(${recent('tidemark_anomaly')} == 0, "state", "normal", "", ""))`,
      { state: 'state', Value: 'series' },
    ),
    highestScoreByMetric: line(`max by (metric) (${recent('tidemark_score')})`, '{{metric}}'),
    metrics: table(`sum by (metric) (${state('series')})`, { metric: 'metric', Value: 'series' }),
    anomalousSeriesByMetric: line(`sum by (metric) (${state('incidents_open')})`, '{{metric}}'),
    value: line(ofSeries('value'), 'value'),
    expected: line(ofSeries('expected'), 'expected'),
    lower: line(ofSeries('lower'), 'lower'),
    upper: line(ofSeries('upper'), 'upper'),
    anomalousValue: line(`${ofSeries('value')} and (${ofSeries('anomaly')} == 1)`, 'anomaly'),
    score: line(ofSeries('score'), 'score'),
    threshold: line(`max(${recent(`tidemark_metric_state_threshold{${OF_METRIC}}`)})`, 'threshold'),
    alertMarks: line(`tidemark_anomaly{${OF_SERIES}} == 1`, 'Anomaly of {{metric}}{{series}}'),
    lag: line(`max by (shard) (${tick('lag_seconds')})`, 'shard {{shard}}'),
    tickTime: line(tickMilliseconds, 'shard {{shard}}'),
    phases: byName('tidemark_tick_outcome_.+_milliseconds'),
    faults: byName('tidemark_tick_(faults|warnings|skipped_seconds|states_set_aside)'),
    volume: byName('tidemark_tick_(series_scored|series_warming|verdicts_written|alerts_decided)'),
    lateAndRejected: byName('tidemark_tick_points_late|tidemark_tick_outcome_verdicts_rejected'),
    spool: byName('tidemark_tick_outcome_(ticks_spooled|records_spooled|records_given_up)'),
    connections: table(`min by (role, service, shard) (${recent('tidemark_health_up')})`, {
      role: 'role',
      service: 'service',
      shard: 'shard',
      Value: 'up',
    }),
    // The newest tick at each interval of a day; the sum of a range would lose the names that keep the phases apart.
    cost: table(
      `sum(sum_over_time((${tickMilliseconds})[1d:${formatDuration(stepSeconds)}])) / 1000 * ${dollarsPerSecond} * ${DAYS_A_MONTH}`,
      { Value: 'dollars' },
    ),
    modelAge: table(`max(${tick('model_age_seconds')})`, { Value: 'age' }),
    ...nightlyQueries(OF_METRIC),
    ruleIncidents: line(`sum by (metric) (${state('incidents_open')})`, '{{metric}}'),
    ruleSilent: line(`max by (metric) (${state('is_silent')})`, '{{metric}}'),
    ruleLag: line(`max by (shard) (${tick('lag_seconds')})`, '{{shard}}'),
    ruleModelAge: line(`max by (shard) (${tick('model_age_seconds')})`, '{{shard}}'),
  };
}
