import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesize } from './synthesized.ts';

let deployed: Synthesized;
let local: Synthesized;
beforeAll(() => {
  deployed = synthesize();
  local = synthesize({ isLocal: true });
});

const propertiesOf = ({ template }: Synthesized, type: string): Record<string, unknown>[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe('the API', () => {
  it('lets nobody in whom IAM does not, whatever the path', () => {
    for (const one of [deployed, local]) {
      const methods = propertiesOf(one, 'AWS::ApiGateway::Method');
      expect(methods.map(({ AuthorizationType, HttpMethod }) => [AuthorizationType, HttpMethod])).toEqual([
        ['AWS_IAM', 'ANY'],
        ['AWS_IAM', 'ANY'],
      ]);
      one.template.hasResourceProperties('AWS::ApiGateway::Resource', { PathPart: '{proxy+}' });
    }
  });

  it('bounds how often it is asked, and logs every request', () => {
    for (const one of [deployed, local])
      one.template.hasResourceProperties('AWS::ApiGateway::Stage', {
        StageName: 'prod',
        AccessLogSetting: { Format: Match.anyValue() },
        MethodSettings: [
          Match.objectLike({ HttpMethod: '*', ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 }),
        ],
      });
  });

  it('answers what the gateway refuses by itself as a problem, too', () => {
    const answers = propertiesOf(deployed, 'AWS::ApiGateway::GatewayResponse');
    expect(answers.map(({ ResponseType }) => ResponseType)).toEqual(
      expect.arrayContaining(['ACCESS_DENIED', 'MISSING_AUTHENTICATION_TOKEN', 'THROTTLED', 'DEFAULT_5XX']),
    );
    for (const { ResponseTemplates, ResponseParameters } of answers) {
      expect(ResponseParameters).toMatchObject({
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
      });
      const text = (ResponseTemplates as Record<string, string>)['application/json'];
      const filled = text!
        .replace('$context.error.messageString', '"why"')
        .replace('$context.requestId', 'id');
      expect(JSON.parse(filled)).toMatchObject({ status: expect.any(Number), detail: 'why' });
    }
  });

  it('is named by the outputs of the stack, once', () => {
    const named = Object.keys(deployed.template.findOutputs('*')).filter((name) => name.startsWith('Api'));
    expect(named.toSorted()).toEqual(['ApiId', 'ApiUrl']);
  });
});
