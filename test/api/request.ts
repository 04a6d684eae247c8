import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import { apiHandler } from '../../lib/api/serve.ts';
import { composeApi } from '../../lib/compose/api.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import type { ApiServices } from '../../lib/pipeline/api-services.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';
import { S3ObjectLinks } from '../../lib/storage/s3-object-links.ts';
import { type Logger, silentLogger } from '../../lib/telemetry/logger.ts';
import type { ExecutionState, Workflow } from '../../lib/workflows/workflow.ts';

export const REQUEST_ID = '11111111-2222-3333-4444-555555555555';
/** Monday 2 March 2026, 12:00 UTC. */
export const NOW_SECONDS = Date.UTC(2026, 2, 2, 12) / 1000;

export interface SentRequest {
  readonly body?: unknown;
  /** Instead of a body that is made of JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: APIGatewayProxyResult['headers'];
  readonly body: unknown;
}

/** The API of an installation with the metrics `cpu_usage` and `memory`, whose objects lie in a folder. */
export function openApi(logger: Logger = silentLogger) {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-api-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const configuration = configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu_usage' }, { name: 'memory' }],
    models: { directory: folder },
    results: { kind: 'ndjson', directory: join(folder, 'results') },
  });
  const workflow = new RememberedWorkflow();
  const evaluateWorkflow = new RememberedWorkflow();
  const runtime = { logger, environment: {}, remainingMilliseconds: () => Infinity };
  const services = composeApi(configuration, runtime, {
    retrainWorkflow: workflow,
    evaluateWorkflow,
    links: new S3ObjectLinks(
      new S3Client({ region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
      'bucket-of-the-test',
      () => NOW_SECONDS,
    ),
    nowSeconds: () => NOW_SECONDS,
  });
  return {
    workflow,
    evaluateWorkflow,
    /** Where alerts are looked up. */
    resultsFile: join(folder, 'results/verdicts.ndjson'),
    objects: new FilesystemObjectStore(folder),
    ask: (method: string, path: string, request: SentRequest = {}) =>
      ask(async () => services, eventOf(method, path, request), logger),
  };
}

/** A workflow of which nothing comes but that one knows what was started, and how it is said to stand. */
class RememberedWorkflow implements Workflow {
  readonly started: string[] = [];
  readonly states = new Map<string, ExecutionState>();
  /** Thrown by the next start. */
  failure: Error | undefined;

  async start(id: string): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    if (this.states.has(id)) return;
    this.started.push(id);
    this.states.set(id, 'running');
  }

  async stateOf(id: string): Promise<ExecutionState | undefined> {
    return this.states.get(id);
  }
}

/** Sends a request through the handler that the function has. */
export async function ask(
  services: () => Promise<ApiServices>,
  event: APIGatewayProxyEvent,
  logger: Logger = silentLogger,
): Promise<Answered> {
  const options = { signal: new AbortController().signal };
  const result = await apiHandler(services, logger)(event, contextOf(), options);
  return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body) };
}

/** A request as API Gateway hands it on behind `{proxy+}`. */
export function eventOf(method: string, path: string, request: SentRequest = {}): APIGatewayProxyEvent {
  const text = request.text ?? (request.body === undefined ? null : JSON.stringify(request.body));
  const type = text === null ? {} : { 'Content-Type': 'application/json' };
  const identity = {
    sourceIp: '127.0.0.1',
    userAgent: null,
  } as APIGatewayProxyEvent['requestContext']['identity'];
  return {
    httpMethod: method,
    path,
    resource: '/{proxy+}',
    headers: { ...type, ...request.headers },
    multiValueHeaders: {},
    queryStringParameters: request.query ?? null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: null,
      httpMethod: method,
      identity,
      path: `/prod${path}`,
      protocol: 'HTTP/1.1',
      requestId: REQUEST_ID,
      requestTimeEpoch: NOW_SECONDS * 1000,
      resourceId: 'resource',
      resourcePath: '/{proxy+}',
      stage: 'prod',
    },
    body: text,
    isBase64Encoded: false,
  };
}

function contextOf(): Context {
  return {
    awsRequestId: REQUEST_ID,
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'api',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:api',
    memoryLimitInMB: '512',
    logGroupName: 'api',
    logStreamName: 'api',
    getRemainingTimeInMillis: () => 29_000,
    done() {},
    fail() {},
    succeed() {},
  };
}
