import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeTick } from '../../lib/compose/tick.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { decodeShardHealth } from '../../lib/pipeline/tick/shard-health-file.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { type Answer, answering } from '../contract/http-answers.ts';

const FIRST_TICK = 1_700_000_040;
const sound: Answer = {
  headers: { 'content-type': 'application/json' },
  body: '{"status":"success","data":{"resultType":"matrix","result":[]}}',
};
const failing: Answer = { status: 500, body: 'on fire' };
const accepting: Answer = { status: 204 };

/** The health that a tick leaves, wired as the configuration says, by service. */
async function healthAfterTick(prometheusAnswers: readonly Answer[], influxAnswers: readonly Answer[]) {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-health-'));
  await using prometheus = await answering(prometheusAnswers);
  await using influxdb = await answering(influxAnswers);
  try {
    const configuration = configurationSchema.parse({
      source: { url: prometheus.url, retries: 1 },
      metrics: [{ name: 'cpu', query: 'cpu' }],
      results: { kind: 'influxdb', url: influxdb.url, token: { env: 'TOKEN' }, retries: 1 },
      models: { kind: 'filesystem', directory },
    });
    const around = {
      logger: silentLogger,
      environment: { TOKEN: 'token' },
      remainingMilliseconds: () => Infinity,
    };
    await using tick = await composeTick(configuration, around);
    await tick.invoke(0, FIRST_TICK).catch(() => {});
    const { connections } = decodeShardHealth(await readFile(join(directory, 'health/shard-0.json')));
    return Object.fromEntries(
      connections.map(({ service, state, trouble }) => [
        service,
        trouble === undefined ? state : [state, trouble.reason],
      ]),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('the health of what the configuration names', () => {
  it('is up for each source and store that answered', async () => {
    expect(await healthAfterTick([sound], [accepting])).toEqual({
      prometheus: 'up',
      influxdb: 'up',
      filesystem: 'up',
    });
  });

  it('is degraded for those that had to be asked again', async () => {
    const health = await healthAfterTick([failing, sound], [failing, accepting]);
    expect(health).toMatchObject({
      prometheus: ['degraded', expect.stringContaining('500')],
      influxdb: ['degraded', expect.stringContaining('500')],
    });
  });

  it('is down for those that never answered, though the tick fails', async () => {
    expect(await healthAfterTick([failing], [failing])).toMatchObject({
      prometheus: ['down', expect.stringContaining('500')],
      influxdb: ['down', expect.stringContaining('500')],
      filesystem: 'up',
    });
  });

  it('forgets what a pushed configuration no longer names, as an outage that would never end', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-health-'));
    await using influxdb = await answering([failing]);
    try {
      const base = {
        source: { kind: 'simulation', hosts: 1 },
        metrics: [{ name: 'cpu' }],
        schedule: { warmUp: '0s' },
        models: { kind: 'filesystem', directory: join(directory, 'models') },
      };
      const around = {
        logger: silentLogger,
        environment: { TOKEN: 'token' },
        remainingMilliseconds: () => Infinity,
      };
      const away = { kind: 'influxdb', url: influxdb.url, token: { env: 'TOKEN' }, retries: 0 };
      await using before = await composeTick(configurationSchema.parse({ ...base, results: away }), around);
      expect(await before.invoke(0, FIRST_TICK)).toMatchObject({ verdictsWritten: 0, ticksSpooled: 1 });
      const own = { kind: 'ndjson', directory: join(directory, 'results') };
      const { states, health } = before.ports;
      await using after = await composeTick(configurationSchema.parse({ ...base, results: own }), around, {
        states,
        health,
      });
      await after.invoke(0, FIRST_TICK + 60);
      const stored = await health?.read(0);
      expect(stored?.connections.map(({ service, state }) => [service, state]).toSorted()).toEqual([
        ['filesystem', 'up'],
        ['ndjson', 'up'],
        ['simulation', 'up'],
      ]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
