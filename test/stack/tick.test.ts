import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isoTime } from '../../lib/alerts/alert-text.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { configurationBytes } from '../../lib/models/stored-configuration.ts';
import { decodeShardHealth } from '../../lib/pipeline/tick/shard-health-file.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { DeployedStack } from './deployed-stack.ts';

const STEP_SECONDS = 10;

const summarySchema = z.object({
  shard: z.int(),
  timeSeconds: z.number(),
  seriesScored: z.int(),
  verdictsWritten: z.int(),
  faults: z.array(z.unknown()),
});
const failureSchema = z.object({ errorMessage: z.string() });

describe.skipIf(await cannotHave('cloud', 'prometheus', 'nodeExporter', 'influxdb'))(
  'the deployed tick',
  () => {
    const resources = new AsyncDisposableStack();
    let stack: DeployedStack;

    beforeAll(async () => {
      const influxdb = resources.use(await useInfluxDb());
      // A cloud of its own: another test's deployment has a rule that fires as well. A Prometheus of its own: one that is used
      // by others is older, and its series may be past their warm-up.
      const [cloudServer, exporter] = await Promise.all([startServer('cloud'), startServer('nodeExporter')]);
      const { address: cloud } = resources.use(cloudServer);
      const { address: node } = resources.use(exporter);
      const settings = { nodeExporterUrl: node.url };
      const { address: prometheus } = resources.use(await startServer('prometheus', { settings }));
      const overrides = {
        TIDEMARK__SCHEDULE__STEP: `${STEP_SECONDS}s`,
        TIDEMARK__SCHEDULE__EVALUATION_DELAY: '0s',
        TIDEMARK__SCHEDULE__MAXIMUM_CATCH_UP: '10m',
      };
      const deployment = await deployLocally(
        { cloud, prometheus, influxdb },
        { progress: silentProgress, overrides },
      );
      stack = new DeployedStack(deployment, cloud, influxdb);
    });
    afterAll(() => resources.disposeAsync());

    const state = () => stack.state(0);

    const tickAt = async (timeSeconds: number) => {
      const { isError, answer } = await stack.invoke({
        shard: 0,
        time: new Date(timeSeconds * 1000).toISOString(),
      });
      expect(answer).not.toHaveProperty('errorMessage');
      expect(isError).toBe(false);
      return summarySchema.parse(answer);
    };

    it("is fired by its rule and writes verdicts of this machine's series to InfluxDB, then its state to S3", async () => {
      await expect
        .poll(async () => (await stack.rows('verdict')).length, { interval: 1000 })
        .toBeGreaterThan(0);
      await expect.poll(async () => (await state())?.sequence).toBeGreaterThan(0);
      await stack.disableRules();
      const verdicts = await stack.rows('verdict');
      const modes = new Set(verdicts.filter(({ metric }) => metric === 'cpu_usage').map(({ mode }) => mode));
      expect([...modes]).toEqual(expect.arrayContaining(['user', 'system']));
      for (const { kind, value, instance } of verdicts) {
        expect(kind).toBe('warming-up');
        expect(value).toBeTypeOf('number');
        expect(instance).toMatch(/^127\.0\.0\.1:\d+$/);
      }
      const [tick] = await stack.rows('tick');
      expect(tick).toMatchObject({ shard: '0', faults: 0 });
    });

    it('goes on from its watermark when it is invoked later, without a gap and without a point twice', async () => {
      const before = await state();
      const watermark = before!.metrics.get('cpu_usage')!.watermarkSeconds;
      await expect
        .poll(() => Math.floor(Date.now() / 1000), { interval: 500 })
        .toBeGreaterThanOrEqual(watermark + 2 * STEP_SECONDS);
      const summary = await tickAt(watermark + 2 * STEP_SECONDS);
      expect(summary.faults).toEqual([]);
      const after = await state();
      expect(after?.sequence).toBe(before!.sequence + 1);
      expect(after?.metrics.get('cpu_usage')?.watermarkSeconds).toBe(watermark + 2 * STEP_SECONDS);
      const series = after!.metrics.get('cpu_usage')!.series.size;
      const fresh = (await stack.rows('verdict')).filter(
        ({ metric, _time }) => metric === 'cpu_usage' && Date.parse(String(_time)) / 1000 > watermark,
      );
      expect(fresh).toHaveLength(2 * series);
    });

    it('notes how its connections are, in the bucket and in InfluxDB, and its metrics in the log', async () => {
      const watermark = (await state())!.metrics.get('cpu_usage')!.watermarkSeconds;
      await expect.poll(() => Date.now() / 1000, { interval: 500 }).toBeGreaterThan(watermark + STEP_SECONDS);
      const { metrics } = await stack.invoke({ shard: 0, time: isoTime(watermark + STEP_SECONDS) });
      const known = ['source prometheus', 'results influxdb', 'objects s3'];
      const stored = await stack.objects.get('health/shard-0.json');
      const { connections } = decodeShardHealth(stored!.bytes);
      expect(connections.map(({ role, service }) => `${role} ${service}`)).toEqual(
        expect.arrayContaining(known),
      );
      expect(connections.filter(({ state: how }) => how === 'down')).toEqual([]);
      const rows = await stack.rows('health');
      expect(rows.map(({ role, service }) => `${role} ${service}`)).toEqual(expect.arrayContaining(known));
      expect(JSON.parse(metrics[0] ?? '{}')).toMatchObject({
        _aws: { CloudWatchMetrics: [{ Namespace: 'Tidemark', Dimensions: [['service', 'environment']] }] },
        service: 'tidemark',
        shard: '0',
        WatermarkLag: expect.any(Number),
        SeriesScored: expect.any(Number),
      });
    });

    it('changes nothing when the same event comes again', async () => {
      const before = {
        verdicts: await stack.rows('verdict'),
        ticks: await stack.rows('tick'),
        state: await state(),
      };
      const { watermarkSeconds } = before.state!.metrics.get('cpu_usage')!;
      for (const _ of [1, 2]) {
        const summary = await tickAt(watermarkSeconds);
        expect(summary).toMatchObject({ seriesScored: 0, verdictsWritten: 0 });
      }
      expect(await stack.rows('verdict')).toEqual(before.verdicts);
      expect(await stack.rows('tick')).toEqual(before.ticks);
      expect((await state())?.etag).toBe(before.state!.etag);
    });

    it.each([
      ['without a time', { shard: 0 }, 'time'],
      ['with a time that is none', { shard: 0, time: 'yesterday' }, 'time'],
      ['with a shard that is none', { shard: -1, time: '2026-11-23T22:00:00Z' }, 'shard'],
      ['that is empty', {}, 'shard'],
    ])('refuses an event %s, and says what is wrong with it', async (_, event, field) => {
      const before = await state();
      const { isError, answer } = await stack.invoke(event);
      expect(isError).toBe(true);
      const { errorMessage } = failureSchema.parse(answer);
      expect(errorMessage).toContain(`The event is not a tick`);
      expect(errorMessage).toContain(field);
      expect((await state())?.etag).toBe(before?.etag);
    });

    describe('says what is wrong with the world around it', () => {
      beforeAll(async () => {
        await new SecretsManagerClient(stack.client).send(
          new CreateSecretCommand({ Name: 'tidemark/wrong', SecretString: '{"token":"wrong"}' }),
        );
      });

      /** A time that has come, and for which there is something to score. */
      const dueSeconds = async () => {
        const due = (await state())!.metrics.get('cpu_usage')!.watermarkSeconds + STEP_SECONDS;
        await expect.poll(() => Date.now() / 1000).toBeGreaterThan(due);
        return due;
      };

      /** A new container's tick by a configuration that was pushed; it leaves due what it can't score. */
      const tickWith = async (changed: Readonly<Record<string, string>>) => {
        const { configuration } = loadConfiguration({
          file: 'config/config.yaml',
          environment: { ...stack.environment, ...changed },
        });
        const bytes = configurationBytes(configuration);
        await stack.objects.put(stack.output('ConfigurationKey'), bytes, { kind: 'none' });
        await stack.startAgain();
        return stack.invoke({ shard: 0, time: isoTime(await dueSeconds()) });
      };

      it.each([
        ['nothing answers at the address of Prometheus', 'http://127.0.0.1:9', 'ECONNREFUSED'],
        ['there is no such host', 'http://prometheus.invalid:9090', 'ENOTFOUND'],
      ])('in each metric and in the log, when %s', async (_, url, reason) => {
        const { isError, answer, complaints } = await tickWith({ PROMETHEUS_URL: url });
        expect(isError).toBe(false);
        const { faults } = summarySchema.parse(answer);
        expect(faults).toHaveLength(4);
        for (const fault of faults) {
          expect(fault).toEqual({ metric: expect.any(String), reason: expect.stringContaining(url) });
          expect(fault).toHaveProperty('reason', expect.stringContaining(reason));
        }
        expect(complaints.join('\n')).toMatch(new RegExp(`A metric could not be scored.*${url}.*${reason}`));
      });

      it('when InfluxDB does not know the token: the results wait in the spool, and the log has the reason', async () => {
        const { isError, answer, complaints } = await tickWith({ INFLUXDB_SECRET: 'tidemark/wrong' });
        expect(isError).toBe(false);
        expect(answer).toMatchObject({ verdictsWritten: 0, ticksSpooled: 1 });
        expect(complaints.join('\n')).toMatch(
          /wait in the spool.*InfluxDB at .* 401.*check .* results\.token/,
        );
      });

      it('when there is no such secret', async () => {
        const { isError, answer } = await tickWith({ INFLUXDB_SECRET: 'tidemark/none' });
        expect(isError).toBe(true);
        const { errorMessage } = failureSchema.parse(answer);
        expect(errorMessage).toMatch(/^Could not read the secret tidemark\/none: .*; create it/);
      });
    });
  },
);
