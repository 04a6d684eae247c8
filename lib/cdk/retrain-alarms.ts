import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type MeasuredInstallation, ownMetric } from './own-metric.ts';

/**
 * Three nights without a training that fitted or confirmed a model: it may no longer match the current
 * seasonality.
 */
const OLD_MODEL_SECONDS = 3 * 86_400;

/** Alarms on retrainings: runs that did not finish, metrics that could not be trained, old models. */
export function watchRetraining(
  scope: Construct,
  machine: StateMachine,
  installation: MeasuredInstallation,
): void {
  const whenAtLeast = {
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
  new Alarm(scope, 'RunFailed', {
    alarmDescription: 'A retraining did not finish: check the execution of the state machine',
    metric: machine.metricFailed({ period: Duration.hours(1), statistic: 'Sum' }),
    threshold: 1,
    ...whenAtLeast,
  });
  new Alarm(scope, 'RunTimedOut', {
    alarmDescription: 'A retraining took too long and was stopped: raise functions.retrain.concurrency',
    metric: machine.metricTimedOut({ period: Duration.hours(1), statistic: 'Sum' }),
    threshold: 1,
    ...whenAtLeast,
  });
  new Alarm(scope, 'MetricFailed', {
    alarmDescription: 'A retraining could not train some metrics: GET /retrain/{id} shows which, and why',
    metric: ownMetric(installation, 'TrainingFailures', 'Maximum', Duration.hours(1)),
    threshold: 1,
    ...whenAtLeast,
  });
  new Alarm(scope, 'ModelOld', {
    alarmDescription:
      'No training has fitted or confirmed a model in use for three days: check that retrainings run and that their metrics succeed',
    metric: ownMetric(installation, 'ModelAge', 'Maximum', Duration.hours(1)),
    threshold: OLD_MODEL_SECONDS,
    ...whenAtLeast,
  });
}
