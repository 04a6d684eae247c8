import { Duration, RemovalPolicy, TimeZone } from 'aws-cdk-lib';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { eventBridgeCrons } from '../config/eventbridge-cron.ts';
import { acknowledge } from './acknowledge.ts';

export interface RetrainScheduleProps {
  readonly stateMachine: StateMachine;
  /** Five fields, as in crontab(5). */
  readonly at: string;
  /** A name of the IANA database. */
  readonly timezone: string;
  readonly isLocal: boolean;
}

/** Starts the retraining on a schedule, in the configured time zone. */
export class RetrainSchedule extends Construct {
  constructor(scope: Construct, id: string, { stateMachine, at, timezone, isLocal }: RetrainScheduleProps) {
    super(scope, id);
    const undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !isLocal,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(undelivered, { SQS3: 'It is the dead-letter queue of the schedule' });
    if (isLocal) acknowledge(undelivered, { SQS4: 'The local cloud serves plain HTTP on the loopback' });
    for (const [index, expression] of eventBridgeCrons(at).entries()) {
      new Schedule(this, `At${index}`, {
        description: 'Retrains the models',
        schedule: ScheduleExpression.expression(expression, TimeZone.of(timezone)),
        target: new StepFunctionsStartExecution(stateMachine, {
          // The steps find their run by the execution's name.
          input: ScheduleTargetInput.fromObject({}),
          deadLetterQueue: undelivered,
          retryAttempts: 10,
          maxEventAge: Duration.hours(2),
        }),
      });
    }
  }
}
