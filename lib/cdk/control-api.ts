import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { ApiEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { acknowledge, objectsBelow } from './acknowledge.ts';
import { NodeFunction } from './node-function.ts';

/** People and scripts call it occasionally: more than this is a runaway loop. */
const REQUESTS_PER_SECOND = 10;
const BURST_REQUESTS = 20;
/** API Gateway waits no longer than this. */
const ANSWER_SECONDS = 29;
/** It mostly waits; the processor share that comes with this much memory keeps a cold start short. */
const MEMORY_MEGABYTES = 512;

export interface ControlApiProps {
  readonly bucket: Bucket;
  readonly environment: ApiEnvironment;
  readonly configurationFile: string;
  readonly configuration: Pick<Configuration, 'functions' | 'telemetry'>;
  readonly isLocal: boolean;
}

/**
 * The API: every method is authorized by IAM, one function handles all of them. The function routes the paths
 * itself (lib/api), so that a new route needs nothing here, and unknown paths return a problem like any
 * other.
 */
export class ControlApi extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ControlApiProps) {
    super(scope, id);
    const { isLocal } = props;
    const { function: handler } = new NodeFunction(this, 'Handler', {
      folder: 'api',
      description: 'Answers the API',
      environment: props.environment,
      configurationFile: props.configurationFile,
      configuration: props.configuration,
      size: { memoryMegabytes: MEMORY_MEGABYTES, timeoutSeconds: ANSWER_SECONDS },
      isLocal,
    });
    this.function = handler;
    this.grant(handler, props);
    const api = this.gateway(props);
    const integration = new LambdaIntegration(handler, { proxy: true, allowTestInvoke: false });
    const options = { authorizationType: AuthorizationType.IAM };
    api.root.addMethod('ANY', integration, options);
    api.root.addProxy({ defaultIntegration: integration, defaultMethodOptions: options });
    new Alarm(this, 'Failing', {
      alarmDescription: 'The API returned an internal error: check the log of its function',
      metric: api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new CfnOutput(this, 'Url', { value: api.url }).overrideLogicalId('ApiUrl');
    new CfnOutput(this, 'Id', { value: api.restApiId }).overrideLogicalId('ApiId');
  }

  private gateway({ configuration, isLocal }: ControlApiProps): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: configuration.functions.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, 'Gateway', {
      description: 'Tidemark: retraining, models, evaluations, feedback',
      endpointTypes: [EndpointType.REGIONAL],
      // The role with which API Gateway writes logs belongs to the account, and the local cloud has none.
      cloudWatchRole: !isLocal,
      ...(isLocal ? {} : { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: 'prod',
        throttlingRateLimit: REQUESTS_PER_SECOND,
        throttlingBurstLimit: BURST_REQUESTS,
        tracingEnabled: configuration.telemetry.tracing && !isLocal,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
        ...(isLocal ? {} : { loggingLevel: MethodLoggingLevel.ERROR }),
      },
    });
    // Its own output would duplicate ApiUrl.
    api.node.tryRemoveChild('Endpoint');
    acknowledge(api, {
      APIG2: 'The function checks requests with the schemas that the documentation is generated from',
      APIG3: 'Only callers that IAM allows reach it, and throttling limits those',
      COG4: 'Callers are services and operators of the account, known to IAM but not to a user pool',
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'AWS offers only this policy for the logs of API Gateway, which concern the whole account',
    });
    if (isLocal) acknowledge(api, { APIG6: 'The local cloud has no role for the logs of API Gateway' });
    for (const [type, status, kind, title] of gatewayProblems) {
      api.addGatewayResponse(`Problem${status}${kind}`, {
        type,
        statusCode: status,
        responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'" },
        templates: {
          'application/json': `{"type":"urn:tidemark:problem:${kind}","title":"${title}","status":${status},"detail":$context.error.messageString,"instance":"urn:tidemark:request:$context.requestId"}`,
        },
      });
    }
    return api;
  }

  private grant(handler: IFunction, { bucket, environment, configuration }: ControlApiProps): void {
    const allow = (actions: string[], resources: string[]) =>
      handler.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    allow(['s3:GetObject'], [bucket.arnForObjects(environment.TIDEMARK_CONFIGURATION_KEY)]);
    allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('models/champions.json')]);
    allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('runs/retrain/*')]);
    allow(['s3:GetObject'], [bucket.arnForObjects('evaluations/*')]);
    allow(['s3:GetObject', 's3:PutObject'], [bucket.arnForObjects('feedback/*')]);
    acknowledge(this, {
      [objectsBelow(bucket, 'evaluations/')]:
        'One folder per run; links to reports are signed with this permission',
      [objectsBelow(bucket, 'feedback/')]: 'One object per metric',
      [objectsBelow(bucket, 'runs/retrain/')]: 'The state of a run is named after the run and its metrics',
    });
    // Without it, S3 answers 403 instead of 404 for a missing object.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    if (configuration.telemetry.tracing)
      acknowledge(this, { 'IAM5[Resource::*]': 'X-Ray has no resource-level permissions' });
  }
}

/** Errors of API Gateway itself, in the format of all other errors. */
const gatewayProblems = [
  [ResponseType.ACCESS_DENIED, '403', 'forbidden', 'Not allowed by IAM'],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, '403', 'unsigned', 'Request not signed'],
  [ResponseType.INVALID_SIGNATURE, '403', 'invalid-signature', 'Invalid signature'],
  [ResponseType.EXPIRED_TOKEN, '403', 'expired-token', 'Credentials expired'],
  [ResponseType.THROTTLED, '429', 'throttled', 'Too many requests'],
  [ResponseType.REQUEST_TOO_LARGE, '413', 'content-too-large', 'Body too large'],
  [ResponseType.DEFAULT_5XX, '500', 'internal-error', 'Internal error'],
] as const;
