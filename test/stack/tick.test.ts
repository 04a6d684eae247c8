import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { S3ObjectStore } from '../../lib/models/s3-object-store.ts';
import { decodeShardState } from '../../lib/pipeline/shard-state-codec.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { type Deployment, deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';

const STEP_SECONDS = 10;
const STATE_KEY = 'state/shard-0.cbor';
/** The rule fires every minute. */
const RULE_MILLISECONDS = 100_000;

const summarySchema = z.object({
  shard: z.int(),
  timeSeconds: z.number(),
  seriesScored: z.int(),
  verdictsWritten: z.int(),
  faults: z.array(z.unknown()),
});
const failureSchema = z.object({ errorMessage: z.string() });

/** One point of InfluxDB, all its columns but those of the query. */
type Row = Readonly<Record<string, unknown>>;

describe.skipIf(await cannotHave('cloud', 'prometheus', 'nodeExporter', 'influxdb'))(
  'the deployed tick',
  () => {
    const stack = new AsyncDisposableStack();
    let influx: UsedInfluxDb;
    let deployment: Deployment;
    let client: {
      region: string;
      endpoint: string;
      credentials: { accessKeyId: string; secretAccessKey: string };
    };

    beforeAll(async () => {
      influx = stack.use(await useInfluxDb());
      const prometheus = await useService('prometheus');
      // A cloud of its own: another test's deployment has a rule that fires as well.
      const { address: cloud } = stack.use(await startServer('cloud'));
      const overrides = {
        TIDEMARK__SCHEDULE__STEP: `${STEP_SECONDS}s`,
        TIDEMARK__SCHEDULE__EVALUATION_DELAY: '0s',
        TIDEMARK__SCHEDULE__MAXIMUM_CATCH_UP: '10m',
      };
      deployment = await deployLocally(
        { cloud, prometheus, influxdb: influx },
        { progress: silentProgress, overrides },
      );
      client = {
        region: 'us-east-1',
        endpoint: cloud.endpoint,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      };
    });
    afterAll(() => stack.disposeAsync());

    const rows = async (measurement: string): Promise<readonly Row[]> => {
      const flux = `|> filter(fn: (r) => r._measurement == "${measurement}")
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> drop(columns: ["_start", "_stop"]) |> group() |> sort(columns: ["_time", "metric", "instance", "mode", "device"])`;
      return queryInfluxDb<Row>(influx, flux);
    };

    const state = async () => {
      const store = new S3ObjectStore(
        new S3Client({ ...client, forcePathStyle: true }),
        deployment.outputs.BucketName!,
      );
      const stored = await store.get(STATE_KEY);
      return stored && { ...decodeShardState(stored.bytes), etag: stored.etag };
    };

    const invoke = async (event: unknown) => {
      const { Payload, FunctionError } = await new LambdaClient(client).send(
        new InvokeCommand({
          FunctionName: deployment.outputs.CollectAndDetectFunction,
          Payload: JSON.stringify(event),
        }),
      );
      return { isError: FunctionError !== undefined, answer: JSON.parse(Buffer.from(Payload!).toString()) };
    };

    const tickAt = async (timeSeconds: number) => {
      const { isError, answer } = await invoke({
        shard: 0,
        time: new Date(timeSeconds * 1000).toISOString(),
      });
      expect(answer).not.toHaveProperty('errorMessage');
      expect(isError).toBe(false);
      return summarySchema.parse(answer);
    };

    const disableRules = async () => {
      const events = new EventBridgeClient(client);
      const { Rules = [] } = await events.send(new ListRulesCommand({}));
      const scheduled = Rules.filter(({ ScheduleExpression }) => ScheduleExpression === 'rate(1 minute)');
      expect(scheduled).toHaveLength(1);
      for (const { Name } of scheduled) await events.send(new DisableRuleCommand({ Name }));
    };

    it(
      "is fired by its rule and writes verdicts of this machine's series to InfluxDB, then its state to S3",
      async () => {
        await expect
          .poll(async () => (await rows('verdict')).length, { timeout: RULE_MILLISECONDS, interval: 1000 })
          .toBeGreaterThan(0);
        await expect.poll(async () => (await state())?.sequence, { timeout: 10_000 }).toBeGreaterThan(0);
        await disableRules();
        const verdicts = await rows('verdict');
        const modes = new Set(
          verdicts.filter(({ metric }) => metric === 'cpu_usage').map(({ mode }) => mode),
        );
        expect([...modes]).toEqual(expect.arrayContaining(['user', 'system']));
        for (const { kind, value, instance } of verdicts) {
          expect(kind).toBe('warming-up');
          expect(value).toBeTypeOf('number');
          expect(instance).toMatch(/^127\.0\.0\.1:\d+$/);
        }
        const [tick] = await rows('tick');
        expect(tick).toMatchObject({ shard: '0', faults: 0 });
      },
      RULE_MILLISECONDS + 20_000,
    );

    it('goes on from its watermark when it is invoked later, without a gap and without a point twice', async () => {
      const before = await state();
      const watermark = before!.metrics.get('cpu_usage')!.watermarkSeconds;
      await expect
        .poll(() => Math.floor(Date.now() / 1000), { timeout: 3 * STEP_SECONDS * 1000, interval: 500 })
        .toBeGreaterThanOrEqual(watermark + 2 * STEP_SECONDS);
      const summary = await tickAt(watermark + 2 * STEP_SECONDS);
      expect(summary.faults).toEqual([]);
      const after = await state();
      expect(after?.sequence).toBe(before!.sequence + 1);
      expect(after?.metrics.get('cpu_usage')?.watermarkSeconds).toBe(watermark + 2 * STEP_SECONDS);
      const series = after!.metrics.get('cpu_usage')!.series.size;
      const fresh = (await rows('verdict')).filter(
        ({ metric, _time }) => metric === 'cpu_usage' && Date.parse(String(_time)) / 1000 > watermark,
      );
      expect(fresh).toHaveLength(2 * series);
    });

    it('changes nothing when the same event comes again', async () => {
      const before = { verdicts: await rows('verdict'), ticks: await rows('tick'), state: await state() };
      const { watermarkSeconds } = before.state!.metrics.get('cpu_usage')!;
      for (const _ of [1, 2]) {
        const summary = await tickAt(watermarkSeconds);
        expect(summary).toMatchObject({ seriesScored: 0, verdictsWritten: 0 });
      }
      expect(await rows('verdict')).toEqual(before.verdicts);
      expect(await rows('tick')).toEqual(before.ticks);
      expect((await state())?.etag).toBe(before.state!.etag);
    });

    it.each([
      ['without a time', { shard: 0 }, 'time'],
      ['with a time that is none', { shard: 0, time: 'yesterday' }, 'time'],
      ['with a shard that is none', { shard: -1, time: '2026-11-23T22:00:00Z' }, 'shard'],
      ['that is empty', {}, 'shard'],
    ])('refuses an event %s, and says what is wrong with it', async (_, event, field) => {
      const before = await state();
      const { isError, answer } = await invoke(event);
      expect(isError).toBe(true);
      const { errorMessage } = failureSchema.parse(answer);
      expect(errorMessage).toContain(`The event is no tick`);
      expect(errorMessage).toContain(field);
      expect((await state())?.etag).toBe(before?.etag);
    });
  },
);
