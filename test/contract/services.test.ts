import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identify, isRunning } from '../../lib/storage/process-identity.ts';
import { backfill } from '../services/backfill.ts';
import { makeRecord, writeRecord } from '../services/records.ts';
import { REPOSITORY } from '../services/service.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';

const rowsSchema = z.array(
  z.object({ name: z.string(), address: z.string(), pid: z.int(), health: z.string(), version: z.string() }),
);
const valuesSchema = z.object({
  data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-services-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the command as a user would, with state of its own. */
function command(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [join(REPOSITORY, 'test/services/cli.ts'), ...args], {
    env: { ...process.env, TIDEMARK_SERVICES_DIRECTORY: directory, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function finished(
  child: ChildProcess,
): Promise<{ code: number | null; output: string; errors: string }> {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  child.stderr?.on('data', (text) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output, errors };
}

const run = (args: readonly string[], environment?: Readonly<Record<string, string>>) =>
  finished(command(args, environment));

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Numbers of the processes on this machine whose command line or environment names the state directory. */
function processesOf(state: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => readOrNothing(`/proc/${pid}/${file}`).includes(state)),
    )
    .map(Number);
}

/** The addresses at which a process listens, as the kernel writes them: 0100007F is 127.0.0.1. */
function listeningAddresses(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  const lines = ['tcp', 'tcp6'].flatMap((name) => readOrNothing(`/proc/net/${name}`).split('\n').slice(1));
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
    .map((fields) => fields[1]?.split(':')[0] ?? '');
}

describe.skipIf(await cannotHave('nodeExporter', 'prometheus', 'alertmanager', 'influxdb', 'cloud'))(
  'npm run services',
  () => {
    it('brings all services up on loopback, keeps them on a second call, and leaves nothing after down', async () => {
      const secret = 'a-secret-that-no-server-may-see';
      const up = await run(['up'], { AWS_SECRET_ACCESS_KEY: secret });
      expect(up.errors).toContain('Up after');
      expect(up.code).toBe(0);
      const rows = rowsSchema.parse(JSON.parse((await run(['status', '--json'])).output));
      expect(rows.map(({ name, health }) => `${name} ${health}`).toSorted()).toEqual([
        'Alertmanager healthy',
        'InfluxDB healthy',
        'Prometheus healthy',
        'local cloud healthy',
        'node_exporter healthy',
      ]);
      for (const { name, address, pid, version } of rows) {
        expect(address, name).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
        expect(version, name).toMatch(/^\d+\.\d+/);
        expect(new Set(listeningAddresses(pid)), name).toEqual(new Set(['0100007F']));
        expect(readOrNothing(`/proc/${pid}/environ`), name).not.toContain(secret);
      }

      expect(processesOf(directory).toSorted()).toEqual(expect.arrayContaining(rows.map(({ pid }) => pid)));

      const again = await run(['up']);
      expect(again.errors).toContain('nothing was started');
      const kept = rowsSchema.parse(JSON.parse((await run(['status', '--json'])).output));
      expect(kept.map(({ pid }) => pid)).toEqual(rows.map(({ pid }) => pid));

      expect((await run(['down'])).code).toBe(0);
      expect(processesOf(directory)).toEqual([]);
      expect(readdirSync(directory)).toEqual([]);
      expect((await run(['status'])).code).toBe(1);
    });

    it('starts again what died, and that only', async () => {
      await run(['up', '--only', 'nodeExporter,alertmanager']);
      const before = rowsSchema.parse(JSON.parse((await run(['status', '--json'])).output));
      const victim = before.find(({ name }) => name === 'Alertmanager')!;
      process.kill(victim.pid, 'SIGKILL');
      await expect.poll(() => identify(victim.pid)).toBeUndefined();
      expect((await run(['status'])).code).toBe(1);
      await run(['up', '--only', 'nodeExporter,alertmanager']);
      const after = rowsSchema.parse(JSON.parse((await run(['status', '--json'])).output));
      const pidOf = (rows: typeof after, name: string) => rows.find((row) => row.name === name)?.pid;
      expect(pidOf(after, 'node_exporter')).toBe(pidOf(before, 'node_exporter'));
      expect(after.find(({ name }) => name === 'Alertmanager')).toMatchObject({
        health: 'healthy',
        address: victim.address,
      });
      await run(['down']);
      expect(processesOf(directory)).toEqual([]);
    });

    it.each(['SIGINT', 'SIGTERM'] as const)(
      'leaves nothing running when %s comes in the middle of up',
      async (signal) => {
        const child = command(['up']);
        child.stderr?.on('data', (text) => {
          if (String(text).includes('starting')) child.kill(signal);
        });
        const { code } = await finished(child);
        expect(code).toBe(130);
        expect(processesOf(directory)).toEqual([]);
      },
    );

    it('does not end a stranger that got the number of a server of ours', async () => {
      const stranger = spawn('sleep', ['600']);
      try {
        const identity = identify(stranger.pid!)!;
        const record = makeRecord(
          'prometheus',
          { url: 'http://127.0.0.1:1' },
          {
            title: 'Prometheus',
            place: 'path',
            healthUrl: 'http://127.0.0.1:1/-/ready',
            startedAt: new Date(0).toISOString(),
            version: '2.42.0',
            process: { pid: identity.pid, processStart: 'another boot/1' },
          },
        );
        writeRecord(directory, record);
        expect((await run(['down'])).output).toContain('had ended already');
        expect(isRunning(identity)).toBe(true);
      } finally {
        stranger.kill();
      }
    });

    it('says which service is missing, what was tried and how to mend it, and fails unless it is optional', async () => {
      const bare = {
        PATH: dirname(process.execPath),
        TIDEMARK_CACHE: join(directory, 'cache'),
        TIDEMARK_INFLUXDB_URL: '',
      };
      const missing = await run(['up', '--only', 'influxdb'], bare);
      expect(missing.code).toBe(1);
      expect(missing.errors).toContain('InfluxDB is unavailable on this machine');
      expect(missing.errors).toContain('address in TIDEMARK_INFLUXDB_URL: not set');
      expect(missing.errors).toContain('needs go, cargo, gcc, pkg-config on the PATH');
      expect(missing.errors).toContain('To mend it:');
      expect((await run(['up', '--only', 'influxdb', '--optional', 'influxdb'], bare)).code).toBe(0);
    });

    it('does not start a server of its own when the address that it was given is dead', async () => {
      const { code, errors } = await run(['up', '--only', 'prometheus'], {
        TIDEMARK_PROMETHEUS_URL: 'http://127.0.0.1:1',
      });
      expect(code).toBe(1);
      expect(errors).toContain('TIDEMARK_PROMETHEUS_URL=http://127.0.0.1:1: nothing healthy answers');
      expect(processesOf(directory)).toEqual([]);
    });

    it('uses the server whose address it was given, and leaves it alone', async () => {
      await using own = await startServer('nodeExporter');
      const up = await run(['up', '--only', 'nodeExporter'], { TIDEMARK_NODE_EXPORTER_URL: own.address.url });
      expect(up.output).toContain(own.address.url);
      expect(up.output).toContain('address from the environment');
      expect((await run(['down'])).output).toContain('left alone');
      expect(isRunning(own.record!.process!)).toBe(true);
    });
  },
);

describe.skipIf(await cannotHave('influxdb'))('a private InfluxDB', () => {
  it('comes back on the same port with its data after it was killed', async () => {
    await using influx = await startServer('influxdb');
    const { url, token, org, bucket } = influx.address;
    const headers = { authorization: `Token ${token}` };
    const write = await fetch(`${url}/api/v2/write?org=${org}&bucket=${bucket}`, {
      method: 'POST',
      headers,
      body: 'cpu value=42',
    });
    expect(write.status).toBe(204);
    await influx.kill();
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    await influx.start();
    expect(influx.address).toEqual({ url, token, org, bucket });
    const query = `from(bucket: "${bucket}") |> range(start: -1h)`;
    const read = await fetch(`${url}/api/v2/query?org=${org}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/vnd.flux' },
      body: query,
    });
    expect(await read.text()).toMatch(/,42,value,cpu/);
  });
});

describe.skipIf(await cannotHave('prometheus', 'nodeExporter'))('a private Prometheus', () => {
  it('answers with the history that was backfilled, and after a restart too', async () => {
    const dataDirectory = join(directory, 'data');
    const start = 1_700_000_100;
    const samples = Array.from({ length: 1000 }, (_, index) => [start + index * 300, index] as const);
    await backfill(dataDirectory, [{ name: 'cpu', labels: { host: 'a "quoted" one' }, samples }]);
    await using prometheus = await startServer('prometheus', {
      settings: { dataDirectory, scrapeConfigs: [] },
    });
    const history = async () => {
      const window = `start=${start}&end=${start + 999 * 300}&step=300`;
      const response = await fetch(`${prometheus.address.url}/api/v1/query_range?query=cpu&${window}`);
      const { data } = valuesSchema.parse(await response.json());
      return data.result.map(({ values }) => values.map(([, value]) => Number(value)));
    };
    const values = samples.map(([, value]) => value);
    expect(await history()).toEqual([values]);
    await prometheus.stop();
    await prometheus.start();
    expect(await history()).toEqual([values]);
  });
});

describe.skipIf(await cannotHave('prometheus', 'nodeExporter', 'influxdb', 'alertmanager', 'cloud'))(
  'the servers that a test run shares',
  () => {
    it('are the same for all who ask, at the same time too', async () => {
      const addresses = await Promise.all([1, 2, 3].map(() => useService('influxdb')));
      expect(new Set(addresses.map(({ url, token }) => `${url} ${token}`)).size).toBe(1);
    });

    it("give each test a bucket of its own that goes with the test's block", async () => {
      let gone: { url: string; token: string; bucketId: string };
      {
        await using one = await useInfluxDb();
        await using other = await useInfluxDb({ retentionSeconds: 3600 });
        expect(one.bucket).not.toBe(other.bucket);
        gone = one;
      }
      const { url, token, bucketId } = gone;
      const answer = await fetch(`${url}/api/v2/buckets/${bucketId}`, {
        headers: { authorization: `Token ${token}` },
      });
      expect(answer.status).toBe(404);
    });

    it('include a Prometheus that scrapes the CPU of this machine', async () => {
      const { url } = await useService('prometheus');
      const cores = async () => {
        const response = await fetch(`${url}/api/v1/query?query=node_cpu_seconds_total{mode="idle"}`);
        return z.object({ data: z.object({ result: z.array(z.unknown()) }) }).parse(await response.json())
          .data.result;
      };
      await expect.poll(async () => (await cores()).length).toBeGreaterThan(0);
    });

    it('include an Alertmanager that takes alerts', async () => {
      const { url } = await useService('alertmanager');
      const posted = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: 'Tried' } }]),
      });
      expect(posted.status).toBe(200);
      expect(await (await fetch(`${url}/api/v2/alerts`)).text()).toContain('Tried');
    });

    it('include a local cloud that says what it is', async () => {
      const { endpoint, kind } = await useService('cloud');
      expect(endpoint).toMatch(/^http:/);
      expect(['localstack', 'ministack']).toContain(kind);
    });
  },
);
