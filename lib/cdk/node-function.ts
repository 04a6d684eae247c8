import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionEnvironment } from '../config/function-environment.ts';
import { nodeOptions } from '../config/node-options.ts';
import type { Configuration } from '../config/schema.ts';

/**
 * Credential providers that the SDK tries after the environment, which always has credentials in Lambda: a
 * tenth of the bundle, loaded on demand and never used.
 */
const unusedCredentials = [
  ...['http', 'ini', 'login', 'process', 'sso', 'web-identity'].map(
    (name) => `@aws-sdk/credential-provider-${name}`,
  ),
  '@smithy/credential-provider-imds',
];

/** Native addon of cbor-x, which does without where there is none; it is compiled for the machine that deploys. */
const NATIVE_CBOR = 'cbor-extract';

/** What reads or writes files or reads the standard input: the stack refuses it, so functions never load it. */
const localAdapters = ['*/csv/csv-source.ts', '*/manual/manual-source.ts', '*/ndjson-result-store.ts'];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** WebAssembly that the optimizers load at run time. */
export const WEB_ASSEMBLY = [
  'node_modules/@bsull/augurs/prophet_bg.wasm',
  'node_modules/@bsull/augurs-prophet-wasmstan/prophet-wasmstan.core.wasm',
  'node_modules/@bsull/augurs-prophet-wasmstan/prophet-wasmstan.core2.wasm',
];

/** What differs between the functions. */
export interface NodeFunctionProps {
  /** The folder below `functions/` that holds `handler.ts`. */
  readonly folder: string;
  readonly description: string;
  readonly environment: FunctionEnvironment;
  /** Path of the resolved configuration, which is bundled as `configuration.json`. */
  readonly configurationFile: string;
  /** Files to bundle beside the code, relative to the repository. */
  readonly beside?: readonly string[];
  /** The settings common to all functions, as the user wrote them. */
  readonly configuration: Pick<Configuration, 'functions' | 'telemetry'>;
  /** The function's own part of `functions`, as the user wrote it. */
  readonly size: { readonly memoryMegabytes: number; readonly timeoutSeconds: number };
  /** How often Lambda retries a failed asynchronous invocation; 0 to 2, 2 by default. */
  readonly retryAttempts?: number;
  /** Events older than this go to the dead-letter queue; at least 60 s, an hour by default. */
  readonly maximumEventAgeSeconds?: number;
  /** The maximum of concurrent invocations. */
  readonly reservedConcurrency?: number;
  /** Where events go when the function fails; none for a function whose callers wait for its response. */
  readonly deadLetterQueue?: Queue;
  readonly isLocal: boolean;
}

/** One function: bundled, with its own role and log group, only allowed to log. */
export class NodeFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const { isLocal, size } = props;
    const { functions, telemetry } = props.configuration;
    const logGroup = new LogGroup(this, 'Logs', {
      // The members of RetentionDays are numbers of days.
      retention: functions.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own, since the managed policy that CDK would attach may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new NodejsFunction(this, 'Function', {
      description: props.description,
      entry: join(root, 'functions', props.folder, 'handler.ts'),
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      // The local cloud runs functions on its own machine.
      architecture:
        isLocal || functions.architecture === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64,
      memorySize: size.memoryMegabytes,
      timeout: Duration.seconds(size.timeoutSeconds),
      role,
      logGroup,
      environment: { ...props.environment, NODE_OPTIONS: nodeOptions(size.memoryMegabytes) },
      tracing: telemetry.tracing && !isLocal ? Tracing.ACTIVE : Tracing.DISABLED,
      ...(props.deadLetterQueue === undefined
        ? {}
        : {
            deadLetterQueue: props.deadLetterQueue,
            retryAttempts: props.retryAttempts ?? 2,
            maxEventAge: Duration.seconds(props.maximumEventAgeSeconds ?? 3600),
          }),
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      depsLockFilePath: join(root, 'package-lock.json'),
      projectRoot: root,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        mainFields: ['module', 'main'],
        // The runtime's SDK is older and differs between clouds.
        bundleAwsSDK: true,
        esbuildArgs: { '--legal-comments': 'none' },
        externalModules: [...unusedCredentials, NATIVE_CBOR, ...localAdapters],
        // CommonJS packages in an ES module still call `require`.
        commandHooks: {
          beforeInstall: () => [],
          beforeBundling: () => [],
          afterBundling: (_, output) => [
            `cp "${props.configurationFile}" "${join(output, 'configuration.json')}"`,
            ...(props.beside ?? []).map((file) => `cp "${join(root, file)}" "${output}"`),
          ],
        },
        banner:
          "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    });
  }
}
