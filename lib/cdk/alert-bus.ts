import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Archive, EventBus, EventField, type IEventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type IGrantable, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { detailTypes, EVENT_SOURCE, noticeTypes } from '../config/events.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge } from './acknowledge.ts';

export interface AlertBusProps {
  readonly settings: NonNullable<Configuration['alerts']['eventbridge']>;
  readonly isLocal: boolean;
}

/**
 * The bus for alert events, the topic that receives them as readable text, and an alarm on events that were
 * not forwarded. A bus named by its ARN belongs to another team, which also decides what happens to the
 * events.
 */
export class AlertBus extends Construct {
  readonly #bus: IEventBus;

  constructor(scope: Construct, id: string, { settings, isLocal }: AlertBusProps) {
    super(scope, id);
    if (settings.bus.startsWith('arn:')) {
      this.#bus = EventBus.fromEventBusArn(this, 'Bus', settings.bus);
      return;
    }
    this.#bus = this.named(settings.bus);
    const topic = this.forward(settings.topic, isLocal);
    // The local cloud has no archives.
    if (settings.archiveSeconds !== undefined && !isLocal) {
      new Archive(this, 'Archive', {
        sourceEventBus: this.#bus,
        eventPattern: { source: [EVENT_SOURCE] },
        retention: Duration.days(Math.round(settings.archiveSeconds / 86_400)),
        description: 'Alerts of Tidemark, for a replay',
      });
    }
    new CfnOutput(this, 'BusName', { value: this.#bus.eventBusName });
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn });
  }

  /** Allows a function to put events on the bus. */
  grantPutEventsTo(publisher: IGrantable): void {
    this.#bus.grantPutEventsTo(publisher);
  }

  private named(name: string): IEventBus {
    if (name === 'default') return EventBus.fromEventBusName(this, 'Bus', name);
    // CDK's own types differ by an `undefined` under exactOptionalPropertyTypes.
    return new EventBus(this, 'Bus', { eventBusName: name, description: 'Alerts of Tidemark' }) as IEventBus;
  }

  private forward(topicName: string, isLocal: boolean): ITopic {
    const deliverer = new ServicePrincipal('events.amazonaws.com');
    // Rules may not use the key that AWS manages for SNS.
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alerts of Tidemark on their topic',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    key.grantEncryptDecrypt(deliverer);
    const topic = new Topic(this, 'Topic', { topicName, masterKey: key, enforceSSL: !isLocal });
    const undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: !isLocal,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (isLocal) acknowledge(undelivered, { SQS4: 'The local cloud serves plain HTTP on the loopback' });
    acknowledge(undelivered, { SQS3: 'It is the dead-letter queue of the rule' });
    new Rule(this, 'Readable', {
      description: 'Forwards alerts as readable text to the topic',
      eventBus: this.#bus,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: [...Object.values(detailTypes), ...Object.values(noticeTypes)],
      },
      targets: [
        new SnsTopic(topic, {
          message: RuleTargetInput.fromText(EventField.fromPath('$.detail.text')),
          deadLetterQueue: undelivered,
          retryAttempts: 30,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
    new Alarm(this, 'UndeliveredWaiting', {
      alarmDescription: 'Alerts that the topic did not accept are in the dead-letter queue of the rule',
      metric: undelivered.metricApproximateNumberOfMessagesVisible(),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    return topic;
  }
}
