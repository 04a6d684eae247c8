import { Arn, ArnFormat, CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { secretReferences } from '../config/secret-references.ts';
import { AlertBus } from './alert-bus.ts';
import { CollectAndDetect } from './collect-and-detect.ts';
import { Storage } from './storage.ts';

export interface TidemarkStackProps extends StackProps {
  readonly configuration: Configuration;
  /** The configuration as the functions read it: it travels with their code. */
  readonly configurationFile: string;
  /** Where one that is pushed later lies; another one for each that is deployed, so that a deployment takes over. */
  readonly configurationKey: string;
  /** For the local cloud, which lacks some services: no TLS-only bucket, no tracing. */
  readonly isLocal: boolean;
}

/** One installation of Tidemark: it only composes, each construct is one capability. */
export class TidemarkStack extends Stack {
  constructor(scope: Construct, id: string, props: TidemarkStackProps) {
    super(scope, id, props);
    const { configuration, isLocal } = props;
    const { bucket } = new Storage(this, 'Storage', { isLocal });
    const environment: FunctionEnvironment = {
      TIDEMARK_BUCKET: bucket.bucketName,
      TIDEMARK_CONFIGURATION_KEY: props.configurationKey,
      POWERTOOLS_SERVICE_NAME: configuration.name,
      POWERTOOLS_LOG_LEVEL: logLevels[configuration.telemetry.logLevel],
      POWERTOOLS_LOGGER_SAMPLE_RATE: String(configuration.telemetry.debugSampleRate),
    };
    const references = secretReferences(configuration);
    const tick = new CollectAndDetect(this, 'CollectAndDetect', {
      bucket,
      environment,
      configurationFile: props.configurationFile,
      configuration,
      secretArns: references.flatMap((ref) =>
        'secretsManager' in ref ? [this.secretArn(ref.secretsManager)] : [],
      ),
      parameterArns: references.flatMap((ref) => ('ssm' in ref ? [this.parameterArn(ref.ssm)] : [])),
      isLocal,
    });
    const { eventbridge } = configuration.alerts;
    if (eventbridge !== undefined)
      new AlertBus(this, 'Alerts', { settings: eventbridge, isLocal }).grantPutEventsTo(tick.function);
    Tags.of(this).add('service', configuration.name);
    Tags.of(this).add('environment', configuration.environment);
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'ConfigurationKey', { value: props.configurationKey });
    new CfnOutput(this, 'CollectAndDetectFunction', { value: tick.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: tick.deadLetterQueue.queueUrl });
  }

  /** Secrets Manager puts six characters of its own behind a name. */
  private secretArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return Arn.format(
      {
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${nameOrArn}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      },
      this,
    );
  }

  private parameterArn(name: string): string {
    return Arn.format({ service: 'ssm', resource: 'parameter', resourceName: name.replace(/^\//, '') }, this);
  }
}

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
