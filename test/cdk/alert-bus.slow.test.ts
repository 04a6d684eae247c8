import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { AlertBus, type AlertBusProps } from '../../lib/cdk/alert-bus.ts';

const settings = { bus: 'tidemark', topic: 'tidemark-alerts', retries: 3, archiveSeconds: undefined };

function stackOf(props: Partial<AlertBusProps['settings']> = {}, isLocal = false): Stack {
  const stack = new Stack(new App(), 'stack');
  const publisher = new Role(stack, 'Publisher', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new AlertBus(stack, 'Alerts', { settings: { ...settings, ...props }, isLocal }).grantPutEventsTo(publisher);
  return stack;
}

const templateOf = (stack: Stack) => Template.fromStack(stack);

// The first use of the construct library compiles much of it.
describe('the alert bus', () => {
  it('lets the function put events on this bus alone', () => {
    templateOf(stackOf()).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Action: 'events:PutEvents',
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlertsBus'), 'Arn'] },
          },
        ]),
      },
    });
  });

  it('forwards the text of each kind of event to the topic, and keeps what it could not forward', () => {
    const template = templateOf(stackOf());
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.anyValue(),
      EventPattern: {
        source: ['tidemark'],
        'detail-type': [
          'Anomaly Opened',
          'Anomaly Updated',
          'Anomaly Resolved',
          'Series Missing',
          'Model Promoted',
          'Model Rejected',
          'Evaluation Completed',
          'Metric Silent',
          'Metric Recovered',
        ],
      },
      Targets: [
        Match.objectLike({
          InputTransformer: {
            InputPathsMap: { 'detail-text': '$.detail.text' },
            InputTemplate: '"<detail-text>"',
          },
          DeadLetterConfig: { Arn: Match.anyValue() },
        }),
      ],
    });
  });

  it('encrypts the topic with a key that rules may use, and refuses what is not TLS', () => {
    const template = templateOf(stackOf());
    template.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'tidemark-alerts',
      KmsMasterKeyId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Decrypt', 'kms:GenerateDataKey*']),
            Principal: { Service: 'events.amazonaws.com' },
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('keeps events for a replay only when it is asked to', () => {
    templateOf(stackOf()).resourceCountIs('AWS::Events::Archive', 0);
    templateOf(stackOf({ archiveSeconds: 30 * 86_400 })).hasResourceProperties('AWS::Events::Archive', {
      RetentionDays: 30,
    });
  });

  it('leaves a bus that is named by its ARN to its owner', () => {
    const arn = 'arn:aws:events:eu-central-1:123456789012:event-bus/shared';
    const template = templateOf(stackOf({ bus: arn }));
    for (const type of ['AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::SNS::Topic'])
      template.resourceCountIs(type, 0);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: arn }] },
    });
  });

  it('does not try to make the bus that every account has', () => {
    const template = templateOf(stackOf({ bus: 'default' }));
    template.resourceCountIs('AWS::Events::EventBus', 0);
    template.resourceCountIs('AWS::Events::Rule', 1);
  });

  it.each([false, true])('passes the AWS Solutions rules (on the local cloud: %s)', (isLocal) => {
    const stack = stackOf({ archiveSeconds: 86_400 }, isLocal);
    Validations.of(stack.node.root).addPlugins(new AwsSolutionsChecks(stack.node.root));
    // Throws with every finding that is not acknowledged.
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});
