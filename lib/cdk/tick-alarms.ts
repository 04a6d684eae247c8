import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Configuration } from '../config/schema.ts';
import type { OperationalMetricName } from '../telemetry/operational-metrics.ts';
import { type MeasuredInstallation, ownMetric } from './own-metric.ts';

/** The next tick catches up for a single failure; this many in a row raise an alarm. */
const TICKS_IN_A_ROW = 3;

/** The next tick does not recover these: one is enough for an alarm. */
const ONCE_IS_ENOUGH: readonly (readonly [OperationalMetricName, string])[] = [
  ['MetricsSilent', 'A metric has no scored samples: "tidemark status" names it, with the reason'],
  ['PointsLate', 'Samples arrived after their steps were scored: raise schedule.evaluationDelay'],
  [
    'PointsRejected',
    'The result store refused points: the log of the collect-and-detect function has the reason',
  ],
  [
    'ResultsGivenUp',
    'The result store was down for longer than the spool holds: the oldest results are gaps',
  ],
  ['StatesSetAside', 'A stored state could not be read: see state/set-aside/ in the bucket'],
  ['CatchUpSkipped', 'No tick ran for longer than schedule.maximumCatchUp: that time is recorded as gaps'],
];

/** Of copies of the results. A copy that is down costs nothing but the copy. */
const OF_COPIES: readonly (readonly [OperationalMetricName, ticks: number, string])[] = [
  ['CopyDown', TICKS_IN_A_ROW, 'A copy of the results can not be written, and waits: run "tidemark status"'],
  ['CopiesRejected', 1, 'A copy of the results refused points: the log of collect-and-detect has the reason'],
  ['CopiesGivenUp', 1, 'A copy of the results was down for longer than its spool holds: the copy has gaps'],
];

/** The parts of the configuration that the alarms need. */
export type AlarmedConfiguration = MeasuredInstallation &
  Pick<Configuration, 'schedule' | 'metrics' | 'resultCopies'>;

/** Alarms on measurements of the ticks: late scores, and connections that are down. */
export class TickAlarms extends Construct {
  readonly #configuration: AlarmedConfiguration;

  constructor(scope: Construct, id: string, configuration: AlarmedConfiguration) {
    super(scope, id);
    this.#configuration = configuration;
    const seconds = lagSeconds(configuration);
    new Alarm(this, 'Behind', {
      alarmDescription:
        `A metric is scored more than ${seconds} s late; beyond schedule.maximumCatchUp samples are skipped. ` +
        'Run "tidemark status", and check the log of the collect-and-detect function for faults',
      metric: this.#metric('WatermarkLag'),
      threshold: seconds,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const inARow = TICKS_IN_A_ROW;
    this.#alarm('SourceDown', inARow, 'No query reaches the source: run "tidemark status"');
    this.#alarm('StoreDown', inARow, 'The store of results or states is unreachable: run "tidemark status"');
    this.#alarm(
      'AlertDeliveryFailures',
      inARow,
      'A channel does not accept alerts, so they wait: run "tidemark status"',
    );
    for (const [name, description] of ONCE_IS_ENOUGH) this.#alarm(name, 1, description);
    if (Object.keys(configuration.resultCopies).length > 0)
      for (const [name, ticks, description] of OF_COPIES) this.#alarm(name, ticks, description);
  }

  /** The ticks send such a metric only when there is something to count. @param ticks how many of them in a row. */
  #alarm(name: OperationalMetricName, ticks: number, description: string): void {
    new Alarm(this, name, {
      alarmDescription: description,
      metric: this.#metric(name),
      threshold: 1,
      evaluationPeriods: ticks,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #metric(metricName: OperationalMetricName): Metric {
    const period = Duration.seconds(this.#configuration.schedule.intervalSeconds);
    return ownMetric(this.#configuration, metricName, 'Maximum', period);
  }
}

/** Half of the catch-up, but more than the normal delay of a metric with long steps. */
function lagSeconds({ schedule, metrics }: AlarmedConfiguration): number {
  const longestStepSeconds = Math.max(...metrics.map(({ stepSeconds }) => stepSeconds));
  const usualSeconds = schedule.evaluationDelaySeconds + longestStepSeconds + schedule.intervalSeconds;
  return Math.ceil(Math.max(schedule.maximumCatchUpSeconds / 2, 2 * usualSeconds));
}
