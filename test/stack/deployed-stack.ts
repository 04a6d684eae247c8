import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { decodeShardState } from '../../lib/pipeline/watch/shard-state-codec.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import type { Deployment } from '../services/local-deployment.ts';
import type { Addresses } from '../services/service.ts';
import { signedFetch } from './retrain/signed-fetch.ts';

const logEvents = z.object({ events: z.array(z.object({ message: z.string() })) });

/** One point of InfluxDB, all its columns but those of the query. */
export type Row = Readonly<Record<string, unknown>>;

/** What came of one call of the function. */
export interface Invocation {
  readonly isError: boolean;
  readonly answer: unknown;
  /** The warnings and errors in its log. */
  readonly complaints: readonly string[];
  /** The lines of its log that CloudWatch makes metrics of. */
  readonly metrics: readonly string[];
}

/** How SDK clients reach the local cloud. */
export function clientOf({ endpoint }: Addresses['cloud']) {
  return {
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
}

/** A deployed stack as its tests see it: through the APIs of its cloud, and the points in its InfluxDB. */
export class DeployedStack {
  readonly client: ReturnType<typeof clientOf>;
  /** The bucket of the stack. */
  readonly objects: S3ObjectStore;
  readonly #deployment: Deployment;
  readonly #influxdb: Addresses['influxdb'];

  constructor(deployment: Deployment, cloud: Addresses['cloud'], influxdb: Addresses['influxdb']) {
    this.client = clientOf(cloud);
    this.#deployment = deployment;
    this.#influxdb = influxdb;
    this.objects = new S3ObjectStore(
      new S3Client({ ...this.client, forcePathStyle: true }),
      this.output('BucketName'),
    );
  }

  /** The environment that it was deployed with. */
  get environment(): Deployment['environment'] {
    return this.#deployment.environment;
  }

  /** An output of the stack, by the end of its name without what CDK puts behind it. */
  output(name: string): string {
    const found = Object.entries(this.#deployment.outputs).find(([key]) => key.includes(name));
    if (found === undefined) throw new Error(`The stack has no output ${name}`);
    return found[1];
  }

  /** All points of a measurement in the order of their times and tags. */
  async rows(measurement: string): Promise<readonly Row[]> {
    const flux = `|> filter(fn: (r) => r._measurement == "${measurement}")
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> drop(columns: ["_start", "_stop"]) |> group()
      |> sort(columns: ["_time", "shard", "metric", "instance", "mode", "device"])`;
    return queryInfluxDb<Row>(this.#influxdb, flux);
  }

  /** The stored state of a shard; undefined before its first tick. */
  async state(shard: number) {
    const stored = await this.objects.get(`state/shard-${shard}.cbor`);
    return stored && { ...decodeShardState(stored.bytes), etag: stored.etag };
  }

  /** Calls a function, that of the tick by default, and waits for its answer. */
  async invoke(event: unknown, FunctionName = this.output('CollectAndDetectFunction')): Promise<Invocation> {
    const sinceMilliseconds = Date.now();
    const { Payload = new Uint8Array(), FunctionError } = await new LambdaClient(this.client).send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const log = await this.#log(FunctionName, sinceMilliseconds);
    return {
      isError: FunctionError !== undefined,
      answer: JSON.parse(Buffer.from(Payload).toString()),
      complaints: log.filter((line) => /"level":"(WARN|ERROR)"/.test(line)),
      metrics: log.filter((line) => line.includes('"CloudWatchMetrics"')),
    };
  }

  async #log(functionName: string, sinceMilliseconds: number): Promise<string[]> {
    const { LoggingConfig } = await new LambdaClient(this.client).send(
      new GetFunctionConfigurationCommand({ FunctionName: functionName }),
    );
    const answer = await signedFetch(new URL(`${this.client.endpoint}/`), {
      method: 'POST',
      service: 'logs',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Logs_20140328.FilterLogEvents',
      },
      body: JSON.stringify({ logGroupName: LoggingConfig?.LogGroup, startTime: sinceMilliseconds }),
    });
    const { events } = logEvents.parse(await answer.json());
    return events.map(({ message }) => message);
  }

  /** Has the next call meet a new container, which remembers nothing and looks for a pushed configuration. */
  async startAgain(): Promise<void> {
    const lambda = new LambdaClient(this.client);
    const FunctionName = this.output('CollectAndDetectFunction');
    const { Timeout } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    // Any update will do on AWS; emulators look whether it matters to a container.
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
  }

  /** Ends the ticks that come by themselves. */
  async disableRules(): Promise<void> {
    const events = new EventBridgeClient(this.client);
    const { Rules = [] } = await events.send(new ListRulesCommand({}));
    const scheduled = Rules.filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)');
    if (scheduled.length === 0) throw new Error('No rule fires every minute');
    for (const { Name } of scheduled) await events.send(new DisableRuleCommand({ Name }));
  }

  /** How many events wait in the dead-letter queue of the tick. */
  async deadLetters(): Promise<number> {
    const { Attributes } = await new SQSClient(this.client).send(
      new GetQueueAttributesCommand({
        QueueUrl: this.output('DeadLetterQueueUrl'),
        AttributeNames: ['ApproximateNumberOfMessages'],
      }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  }
}
