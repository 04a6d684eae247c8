import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import type { Configuration } from '../config/schema.ts';
import { AlertBus } from './alert-bus.ts';
import { CollectAndDetect } from './collect-and-detect.ts';
import { ControlApi } from './control-api.ts';
import { Evaluations } from './evaluations.ts';
import { refuseLocalSource, refuseOtherModelStores } from './refusals.ts';
import { grantResultsAccess, grantResultsReading } from './results-access.ts';
import { RetrainWorkflow } from './retrain-workflow.ts';
import { grantServerAccess } from './server-access.ts';
import { Storage } from './storage.ts';

const DAY_SECONDS = 86_400;

export interface TidemarkStackProps extends StackProps {
  readonly configuration: Configuration;
  /** The resolved configuration, which is bundled with the functions. */
  readonly configurationFile: string;
  /**
   * The key of configurations pushed later; different for each deployed one, so that a deployment replaces
   * earlier pushes.
   */
  readonly configurationKey: string;
  /** For the local cloud, which lacks some services: no TLS-only bucket, no tracing. */
  readonly isLocal: boolean;
}

/** One installation of Tidemark. It only composes; each construct is one capability. */
export class TidemarkStack extends Stack {
  constructor(scope: Construct, id: string, props: TidemarkStackProps) {
    super(scope, id, props);
    const { configuration, isLocal } = props;
    refuseOtherModelStores(configuration.models);
    refuseLocalSource(configuration.source);
    const { bucket } = new Storage(this, 'Storage', {
      historyDays: longestHistoryDays(configuration),
      evaluationDays: Math.ceil(configuration.evaluation.retentionSeconds / DAY_SECONDS),
      isLocal,
    });
    const environment: FunctionEnvironment = {
      TIDEMARK_BUCKET: bucket.bucketName,
      TIDEMARK_CONFIGURATION_KEY: props.configurationKey,
      POWERTOOLS_SERVICE_NAME: configuration.name,
      POWERTOOLS_LOG_LEVEL: logLevels[configuration.telemetry.logLevel],
      POWERTOOLS_LOGGER_SAMPLE_RATE: String(configuration.telemetry.debugSampleRate),
    };
    const { configurationFile } = props;
    const shared = { bucket, environment, configurationFile, configuration, isLocal };
    const tick = new CollectAndDetect(this, 'CollectAndDetect', shared);
    const evaluations = new Evaluations(this, 'Evaluations', shared);
    const evaluating = { TIDEMARK_EVALUATE_STATE_MACHINE: evaluations.stateMachine.stateMachineArn };
    const retrain = new RetrainWorkflow(this, 'Retrain', {
      ...shared,
      environment: { ...environment, ...evaluating },
    });
    const api = new ControlApi(this, 'Api', {
      ...shared,
      environment: {
        ...environment,
        ...evaluating,
        TIDEMARK_RETRAIN_STATE_MACHINE: retrain.stateMachine.stateMachineArn,
      },
    });
    retrain.grantStart(api.function);
    for (const starter of [api.function, retrain.function]) evaluations.grantStart(starter);
    const { source, results, resultCopies, alerts, functions } = configuration;
    grantServerAccess(tick.function, { source, results, resultCopies, alerts }, functions.secretKeys);
    grantResultsAccess(tick.function, configuration);
    grantServerAccess(retrain.function, { source, results, resultCopies }, functions.secretKeys);
    grantResultsAccess(retrain.function, configuration);
    grantServerAccess(evaluations.function, { source, results, resultCopies }, functions.secretKeys);
    grantResultsAccess(evaluations.function, configuration);
    // It reads the alerts that feedback refers to.
    grantServerAccess(api.function, { results }, functions.secretKeys);
    grantResultsReading(api.function, results);
    const { eventbridge } = alerts;
    if (eventbridge !== undefined) {
      const bus = new AlertBus(this, 'Alerts', { settings: eventbridge, isLocal });
      for (const teller of [tick.function, retrain.function, evaluations.function])
        bus.grantPutEventsTo(teller);
    }
    Tags.of(this).add('service', configuration.name);
    Tags.of(this).add('environment', configuration.environment);
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'ConfigurationKey', { value: props.configurationKey });
    new CfnOutput(this, 'CollectAndDetectFunction', { value: tick.function.functionName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: tick.deadLetterQueue.queueUrl });
  }
}

/** What a training reads: the history of a model, and before it the held-out length. */
function longestHistoryDays({ metrics }: Configuration): number {
  const seconds = metrics.map(({ model }) => model.historySeconds + model.promotion.holdoutSeconds);
  return Math.ceil(Math.max(...seconds) / DAY_SECONDS);
}

const logLevels = { debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
