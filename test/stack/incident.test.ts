import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { backfill } from '../services/backfill.ts';
import { type DeployOptions, deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { freePort } from '../services/server-process.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { DeployedStack, type Row } from './deployed-stack.ts';
import { machineHistory } from './machine-history.ts';
import { burnProcessors } from './processor-load.ts';
import { Subscription } from './subscription.ts';

const STEP_SECONDS = 5;
/** The last sample of the history is this old when the first live one is taken: longer than any range of a query. */
const RESTART_SECONDS = 60;
/** The longest that the load may last: several ticks of the rule, on a busy machine. */
const LOAD_SECONDS = 180;
const poll = { interval: 1000 };

const SERIES = ['cpu_usage nice', 'cpu_usage system', 'cpu_usage user', 'load_1m', 'memory_available'];

const alertsSchema = z.array(
  z.object({ labels: z.record(z.string(), z.string()), startsAt: z.string(), endsAt: z.string() }),
);

describe.skipIf(await cannotHave('cloud', 'prometheus', 'nodeExporter', 'influxdb', 'alertmanager'))(
  'an incident of this machine, deployed on two shards',
  () => {
    const resources = new AsyncDisposableStack();
    let stack: DeployedStack;
    let subscription: Subscription;
    let alertmanagerUrl: string;
    let instance: string;
    /** When the alert would end at Alertmanager if nobody said any more of it, Unix milliseconds. */
    let endsBy = 0;
    let redeploy: (overrides: DeployOptions['overrides']) => Promise<unknown>;

    beforeAll(async () => {
      const influxdb = resources.use(await useInfluxDb());
      const [alertmanager, cloud, exporter] = await Promise.all([
        useService('alertmanager'),
        startServer('cloud'),
        startServer('nodeExporter'),
      ]);
      resources.use(cloud);
      resources.use(exporter);
      alertmanagerUrl = alertmanager.url;
      instance = new URL(exporter.address.url).host;
      const directory = await mkdtemp(join(tmpdir(), 'tidemark-history-'));
      resources.defer(() => rm(directory, { recursive: true, force: true }));
      const port = await freePort();
      const services = {
        cloud: cloud.address,
        prometheus: { url: `http://127.0.0.1:${port}` },
        influxdb,
      };
      redeploy = async (overrides = {}) => {
        const deployment = await deployLocally(services, {
          progress: silentProgress,
          configuration: 'test/stack/incident.yaml',
          overrides: { ALERTMANAGER_URL: alertmanagerUrl, ...overrides },
        });
        stack = new DeployedStack(deployment, cloud.address, influxdb);
      };
      const history = machineHistory(instance, Math.floor(Date.now() / 1000) - RESTART_SECONDS);
      const scrapeConfigs = [
        {
          job_name: 'node',
          scrape_interval: `${STEP_SECONDS}s`,
          static_configs: [{ targets: [instance] }],
        },
      ];
      await Promise.all([
        backfill(directory, history).then(async () =>
          resources.use(
            await startServer('prometheus', { port, settings: { dataDirectory: directory, scrapeConfigs } }),
          ),
        ),
        redeploy({}),
      ]);
      subscription = await Subscription.of(stack.output('TopicArn'), stack.client);
    });
    afterAll(() => resources.disposeAsync());

    /** What the queue got about the series that the load moves. */
    const texts = async () => [...(await subscription.texts())].filter((text) => text.includes('mode=nice'));

    const firing = async () => {
      const filters = ['metric="cpu_usage"', `instance="${instance}"`, 'mode="nice"'];
      const query = filters.map((filter) => `filter=${encodeURIComponent(filter)}`).join('&');
      const alerts = alertsSchema.parse(
        await (await fetch(`${alertmanagerUrl}/api/v2/alerts?active=true&${query}`)).json(),
      );
      for (const { endsAt } of alerts) endsBy = Date.parse(endsAt);
      return alerts;
    };

    /** All verdicts in the order of their times, by metric and mode. */
    const verdicts = async () => {
      const rows = (await stack.rows('verdict')).map((row): [string, Row] => [
        [row.metric, row.mode].filter(Boolean).join(' '),
        row,
      ]);
      return Map.groupBy(rows, ([name]) => name);
    };

    it('is preceded by ticks of both shards, which the rule fires and whose series start warm', async () => {
      const judged = async () =>
        [...(await verdicts())]
          .filter(([, rows]) => isJudged(rows.at(-1)![1]))
          .map(([name]) => name)
          .toSorted();
      await expect.poll(judged, poll).toEqual(SERIES);
      expect(new Set((await stack.rows('tick')).map(({ shard }) => shard))).toEqual(new Set(['0', '1']));
      expect(await texts()).toEqual([]);
      expect(await firing()).toEqual([]);
    });

    it('opens under load, in the queue of who subscribed the topic and at Alertmanager', async () => {
      await using _load = burnProcessors(LOAD_SECONDS);
      // Notifications of the same incident may come with it: the machine is as busy as it is.
      await expect
        .poll(texts, poll)
        .toContainEqual(expect.stringMatching(/cpu_usage is anomalous \(.*mode=nice\)/));
      await expect.poll(firing, poll).toHaveLength(1);
    });

    it('is resolved when the load has ended, by a shard of three that did not open it', async () => {
      await redeploy({ TIDEMARK__SCHEDULE__SHARDS: '3' });
      const notification = async () => {
        await firing();
        return texts();
      };
      await expect
        .poll(notification, poll)
        .toContainEqual(expect.stringMatching(/cpu_usage is back to normal \(.*mode=nice\)/));
      await expect.poll(firing, poll).toEqual([]);
      // Alertmanager was sent: by itself the alert would have lasted longer.
      expect(Date.now()).toBeLessThan(endsBy);
    });

    it('leaves every step of every series scored once, its states with the new shards, and nothing undelivered', async () => {
      const metricsByShard = async () => {
        const states = await Promise.all([0, 1, 2].map((shard) => stack.state(shard)));
        return states.map((state) => [...(state?.metrics.keys() ?? [])].toSorted());
      };
      await expect.poll(metricsByShard, poll).toEqual([['load_1m'], [], ['cpu_usage', 'memory_available']]);
      await stack.disableRules();
      const written = async () => {
        const ticks = await stack.rows('tick');
        const counted = ticks.reduce((sum, { verdictsWritten }) => sum + Number(verdictsWritten), 0);
        return counted - (await stack.rows('verdict')).length;
      };
      await expect.poll(written, poll).toBe(0);
      for (const [name, rows] of await verdicts()) {
        const times = rows.map(([, { _time }]) => Date.parse(String(_time)) / 1000);
        const every = Array.from(times, (_, index) => times[0]! + index * STEP_SECONDS);
        expect(times, name).toEqual(every);
        expect(
          rows.map(([, { kind }]) => kind),
          name,
        ).not.toContain('warming-up');
      }
      expect(await stack.deadLetters()).toBe(0);
    });
  },
);

/** Whether a verdict rests on a history: neither warming up nor without data. */
function isJudged({ kind, confidence }: Row): boolean {
  return (kind === 'normal' || kind === 'anomaly') && confidence === 1;
}
