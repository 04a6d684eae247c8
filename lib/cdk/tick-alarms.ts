import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Configuration } from '../config/schema.ts';
import type { OperationalMetricName } from '../telemetry/operational-metrics.ts';
import { type MeasuredInstallation, ownMetric } from './own-metric.ts';

/** What fails for a single tick is made up for by the next one; what fails this often in a row is told. */
const TICKS_IN_A_ROW = 3;

/** What the alarms need to know of the installation. */
export type AlarmedConfiguration = MeasuredInstallation & Pick<Configuration, 'schedule' | 'metrics'>;

/** Alarms on what the ticks measure of themselves: samples that wait for long, and connections that are down. */
export class TickAlarms extends Construct {
  readonly #configuration: AlarmedConfiguration;

  constructor(scope: Construct, id: string, configuration: AlarmedConfiguration) {
    super(scope, id);
    this.#configuration = configuration;
    const seconds = lagSeconds(configuration);
    new Alarm(this, 'Behind', {
      alarmDescription:
        `A metric is scored more than ${seconds} s late: what is later than schedule.maximumCatchUp is given up. ` +
        'Run "tidemark status", and look for faults in the log of the collect-and-detect function',
      metric: this.#metric('WatermarkLag'),
      threshold: seconds,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.#alarmWhenRepeated(
      'SourceDown',
      'No query reaches the source of the samples: run "tidemark status"',
    );
    this.#alarmWhenRepeated(
      'StoreDown',
      'The store of results or of states is out of reach: run "tidemark status"',
    );
    this.#alarmWhenRepeated(
      'AlertDeliveryFailures',
      'Alerts wait since a channel does not take them: run "tidemark status"',
    );
  }

  /** The ticks send such a metric only when there is something to count. */
  #alarmWhenRepeated(name: OperationalMetricName, description: string): void {
    new Alarm(this, name, {
      alarmDescription: description,
      metric: this.#metric(name),
      threshold: 1,
      evaluationPeriods: TICKS_IN_A_ROW,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  #metric(metricName: OperationalMetricName): Metric {
    const period = Duration.seconds(this.#configuration.schedule.intervalSeconds);
    return ownMetric(this.#configuration, metricName, 'Maximum', period);
  }
}

/** Half of the catch-up, but never what a metric of long steps may be behind in the best of times. */
function lagSeconds({ schedule, metrics }: AlarmedConfiguration): number {
  const longestStepSeconds = Math.max(...metrics.map(({ stepSeconds }) => stepSeconds));
  const usualSeconds = schedule.evaluationDelaySeconds + longestStepSeconds + schedule.intervalSeconds;
  return Math.ceil(Math.max(schedule.maximumCatchUpSeconds / 2, 2 * usualSeconds));
}
