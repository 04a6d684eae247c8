import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composeHistory } from '../../lib/compose/source.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { readPreset } from '../../lib/config/presets/preset-files.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { exporters, type SimulatedExporter } from '../exporters/exporters.ts';
import { backfillExporters, pastOf, serveExporters } from '../exporters/exposition-server.ts';
import { constant, counter, gauge, histogram } from '../exporters/family.ts';
import { cannotHave, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { runTidemark } from './init/command-line.ts';
import { victoriaMetrics } from './servers/metric-server.ts';
import { until } from './servers/until.ts';

/** An application that no preset knows, whose metrics are of every kind, and whose words are hostile. */
const application: SimulatedExporter = {
  job: 'app',
  instances: ['app-1:80'],
  families: [
    counter('orders_total', 'Orders \u001b]52;c;ZXZpbA==\u0007 taken.', 3),
    histogram('payment_seconds', 'Duration of payments.', 2, [0.1, 1, 10]),
    gauge('basket_size', 'Items in baskets.', 12),
    constant('feature_flags', 'Switched on features.', 4),
    gauge(
      'shard_rows',
      'Rows of each shard.',
      900,
      Array.from({ length: 30 }, (_, shard) => ({ shard: String(shard) })),
    ),
    { ...counter('uptime_seconds', 'Seconds since the start.', 1), type: 'gauge' },
  ],
};
const chosen = ['node-exporter', 'kube-state-metrics', 'cadvisor', 'jvm-micrometer', 'postgresql'] as const;
const world = [...chosen.map((name) => exporters[name]), application];
const escapeCharacter = String.fromCharCode(27);

describe.skipIf(await cannotHave('prometheus', 'nodeExporter', ...victoriaMetrics.needs))(
  'tidemark init',
  () => {
    const owned = new AsyncDisposableStack();
    let url: string;
    let folder: string;

    beforeAll(async () => {
      const directory = await mkdtemp(join(tmpdir(), 'tidemark-init-'));
      owned.defer(() => rm(directory, { recursive: true, force: true }));
      const dataDirectory = join(directory, 'data');
      await backfillExporters(dataDirectory, world, 1);
      const { scrapeConfigs } = owned.use(await serveExporters(world));
      const { address } = owned.use(
        await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs } }),
      );
      ({ url } = address);
      const described = async (name: string) => {
        const answer = (await (await fetch(`${url}/api/v1/metadata?metric=${name}`)).json()) as {
          data: object;
        };
        return Object.keys(answer.data).length > 0;
      };
      for (const { families } of world) await until(() => described(families[0]!.name));
    });
    afterAll(() => owned.disposeAsync());
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tidemark-init-'));
      owned.defer(() => rm(folder, { recursive: true, force: true }));
    });

    /** The written configuration with what each of its metrics returned over the last day. */
    async function written(file = 'config.yaml') {
      const text = readFileSync(join(folder, file), 'utf8');
      const { configuration } = loadConfiguration({ file: join(folder, file), environment: {} });
      const runtime = { logger: silentLogger, environment: {}, remainingMilliseconds: () => Infinity };
      const source = await composeHistory(configuration, runtime);
      const endSeconds = Math.floor(Date.now() / 300_000) * 300;
      const window = { startSeconds: endSeconds - 86_400, endSeconds, stepSeconds: 300 };
      const metrics = [];
      for (const { name, query, labels } of configuration.metrics)
        metrics.push({ name, query, ...(await source.queryRange({ query, labels, ...window })) });
      return { text, configuration, metrics };
    }

    it.each([
      { what: 'hosts', presets: ['node-exporter'] },
      { what: 'Kubernetes', presets: ['kube-state-metrics', 'cadvisor'] },
      { what: 'a JVM', presets: ['jvm-micrometer'] },
      { what: 'PostgreSQL', presets: ['postgresql'] },
    ] as const)(
      'writes a valid configuration for $what that returns series and nothing constant',
      async ({ presets }) => {
        const run = await runTidemark(folder, [
          'init',
          '--prometheus',
          url,
          '--yes',
          '--other',
          '0',
          '--presets',
          presets.join(),
        ]);
        expect(run.code, run.errors).toBe(0);
        const { text, metrics } = await written();
        expect(metrics.length).toBeGreaterThan(5);
        for (const { name, series } of metrics) {
          expect(series.length, name).toBeGreaterThan(0);
          const varies = series.some(({ samples }) => new Set(samples.values).size > 2);
          expect(varies, name).toBe(true);
          expect(text, name).toMatch(new RegExp(`# .*\\b${series.length} series.*\\n {2}- name: ${name}\\n`));
        }
        const all = presets.flatMap((preset) => readPreset(preset).metrics.map(({ name }) => name));
        const missing = all.filter((name) => !metrics.some((metric) => metric.name === name));
        for (const name of missing) expect(text).toContain(`#   ${name} `);
        const validated = await runTidemark(folder, ['validate', 'config.yaml']);
        expect(validated.code, validated.errors).toBe(0);
      },
    );

    it('proposes a few metrics that only their exporter describes, and says what it left out and why', async () => {
      const run = await runTidemark(folder, [
        'init',
        '--prometheus',
        url,
        '--yes',
        '--presets',
        'none',
        '--out',
        'own.yaml',
      ]);
      expect(run.code, run.errors).toBe(0);
      const { metrics, text } = await written('own.yaml');
      expect(Object.fromEntries(metrics.map(({ name, query }) => [name, query]))).toEqual({
        payment_seconds_rate: 'sum by (job) (rate(payment_seconds_count[5m]))',
        payment_seconds_mean: expect.stringContaining('payment_seconds_sum[5m]'),
        orders_rate: 'sum by (job) (rate(orders_total[5m]))',
        basket_size: 'basket_size',
      });
      expect(run.output).toContain('constant for the whole last day: feature_flags');
      expect(run.output).toContain('shard_rows has 30 series, more than 20: write a query that sums them');
      expect(run.output).toContain('uptime_seconds only rises, like a counter');
      expect(text).toContain('#   feature_flags was 4 for the whole last day');
    });

    it('shows what the server says without its escape sequences', async () => {
      const { output, errors } = await runTidemark(folder, [
        'init',
        '--prometheus',
        url,
        '--yes',
        '--presets',
        'none',
      ]);
      expect(output).toContain('Orders \\u{1b}]52;c;ZXZpbA==\\u{7} taken.');
      expect(output + errors + readFileSync(join(folder, 'config.yaml'), 'utf8')).not.toContain(
        escapeCharacter,
      );
    });

    it('bounds how many metrics it proposes that no preset knows, and counts the others', async () => {
      const run = await runTidemark(folder, [
        'init',
        '--prometheus',
        url,
        '--yes',
        '--presets',
        'none',
        '--other',
        '1',
      ]);
      expect((await written()).metrics.map(({ name }) => name)).toEqual(['payment_seconds_rate']);
      expect(run.output).toMatch(
        /\d+ more metrics that no preset knows were not tried; --other N tries more/,
      );
    });

    it('leaves out metrics of too many series, with the option that helps', async () => {
      const at = ['init', '--prometheus', url, '--yes', '--presets', 'postgresql', '--other', '0'];
      const run = await runTidemark(folder, [...at, '--max-series', '1']);
      expect(run.output).toContain(
        'postgresql_transactions has 2 series, more than 1: init --max-series 2 keeps them',
      );
      const { configuration } = await written();
      expect(configuration.metrics.map(({ name }) => name)).not.toContain('postgresql_transactions');
    });

    it('prints the cost on AWS and the next commands', async () => {
      const { output } = await runTidemark(folder, [
        'init',
        '--prometheus',
        url,
        '--yes',
        '--presets',
        'postgresql',
      ]);
      expect(output).toMatch(/deployed to AWS about [3-9]\.\d\d dollars a month/);
      // A day of history is too little to train on.
      expect(output).toContain('shorter than 2 days, too short to train on: monitor learns as it runs');
      expect(output.trimEnd()).toMatch(/\n {2}tidemark monitor --config config\.yaml$/);
    });

    it('recognises a real node_exporter on a Prometheus that was just started', async () => {
      const real = await useService('prometheus');
      const size = async () => {
        const query = encodeURIComponent('rate(node_cpu_seconds_total[1m])');
        const answer = (await (await fetch(`${real.url}/api/v1/query?query=${query}`)).json()) as {
          data: { result: unknown[] };
        };
        return answer.data.result.length;
      };
      await until(async () => (await size()) > 0);
      const run = await runTidemark(folder, [
        'init',
        '--prometheus',
        real.url,
        '--yes',
        '--presets',
        'node-exporter',
      ]);
      expect(run.code, run.errors).toBe(0);
      expect(run.output).toContain('Hosts (node_exporter)');
      const names = (await written()).metrics.map(({ name }) => name);
      const measured = [
        'node_cpu_busy',
        'node_load_per_core',
        'node_memory_available',
        'node_network_received',
      ];
      expect(names).toEqual(expect.arrayContaining(measured));
    });

    it('works on a server that describes nothing, such as a VictoriaMetrics that others write to', async () => {
      const now = Math.floor(Date.now() / 1000);
      const history = [...pastOf([exporters.redis], now - 86_400, now)];
      await using server = await victoriaMetrics.start({ history });
      const run = await runTidemark(folder, ['init', '--prometheus', server.url, '--yes']);
      expect(run.code, run.errors).toBe(0);
      expect(run.output).toContain('Recognised: Redis (redis_exporter)\n');
      expect(run.output).toContain('constant for the whole last day: redis_refused_connections');
      expect((await written()).metrics.map(({ name }) => name)).toEqual(
        readPreset('redis').metrics.flatMap(({ name }) => (name === 'redis_refused_connections' ? [] : name)),
      );
    });

    it('notes that influxdb.yaml beside the file overrides where results go', async () => {
      writeFileSync(
        join(folder, 'influxdb.yaml'),
        'results: { kind: influxdb, url: "http://127.0.0.1:8086", token: { env: TOKEN } }\n',
      );
      const at = ['init', '--prometheus', url, '--yes', '--presets', 'postgresql', '--other', '0'];
      const { code, output } = await runTidemark(folder, at);
      expect(code).toBe(0);
      expect(output).toContain('Note: influxdb.yaml stands beside it and overrides its results');
    });

    it('never overwrites a file', async () => {
      writeFileSync(join(folder, 'config.yaml'), 'mine: true\n');
      const run = await runTidemark(folder, ['init', '--prometheus', url, '--yes']);
      expect(run.code).toBe(1);
      expect(run.errors).toContain('config.yaml exists and is not overwritten: name another file with --out');
      expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).toBe('mine: true\n');
    });

    it('refuses presets that are not on the server, and names those that are', async () => {
      const run = await runTidemark(folder, ['init', '--prometheus', url, '--yes', '--presets', 'redis']);
      expect(run.code).toBe(1);
      expect(run.errors).toContain('no metrics of redis; recognised: jvm-micrometer, postgresql');
      expect(existsSync(join(folder, 'config.yaml'))).toBe(false);
    });

    it('says that the address is wrong when something else answers', async () => {
      const run = await runTidemark(folder, ['init', '--prometheus', `${url}/graph`, '--yes']);
      expect(run.code).toBe(1);
      expect(run.errors).toContain('check --prometheus, its path prefix too');
      expect(run.errors).not.toContain('    at ');
    });
  },
);
