import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../contract/http-answers.ts';

const entry = join(import.meta.dirname, '../../bin/tidemark.ts');
const JSON_TYPE = { 'content-type': 'application/json' };
const success = (result: unknown) => ({
  headers: JSON_TYPE,
  body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }),
});
const refused = {
  status: 422,
  headers: JSON_TYPE,
  body: '{"status":"error","errorType":"execution","error":"many-to-many matching not allowed"}',
};
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-exit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Setup {
  readonly source: string;
  readonly metrics?: string;
  readonly results?: string;
}

function configuration(name: string, { source, metrics, results }: Setup): string {
  const file = join(folder, `${name}.yaml`);
  const lines = [
    `source: ${source}`,
    `metrics: ${metrics ?? "[{ name: m, query: 'up' }]"}`,
    `results: ${results ?? `{ kind: ndjson, directory: ${name}-results }`}`,
    `models: { kind: filesystem, directory: ${name}-models }`,
    'schedule: { step: 1s, interval: 1m, warmUp: 0s }',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const prometheus = (url: string) => `{ kind: prometheus, url: "${url}", retries: 0, timeout: 2s }`;
const SIMULATION = '{ kind: simulation, hosts: 1 }';

function tidemark(...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, INFLUX_TOKEN: 'token' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output, errors })),
  );
}

describe('tidemark monitor --once', () => {
  const once = (file: string) => tidemark('monitor', '--once', '-c', file);

  it('exits with 0 when something was scored and written', async () => {
    const { code } = await once(
      configuration('sound', { source: SIMULATION, metrics: '[{ name: cpu_usage }]' }),
    );
    expect(code).toBe(0);
  });

  it.each([
    ['no query returns a series', success([])],
    ['every query is refused', refused],
    ['the source answers with a page', { body: '<html>', headers: { 'content-type': 'text/html' } }],
  ])('exits with 1 when %s', async (name, answer) => {
    await using server = await answering([answer]);
    const file = configuration(name.replaceAll(' ', '-'), { source: prometheus(server.url) });
    const { code, errors } = await once(file);
    expect(code).toBe(1);
    expect(errors).toContain('Nothing was scored and written');
  });

  it('exits with 1 when the source is away', async () => {
    const { code } = await once(configuration('away', { source: prometheus(NOWHERE) }));
    expect(code).toBe(1);
  });

  it('exits with 1 when what was scored waits in the spool', async () => {
    const results = `{ kind: influxdb, url: "${NOWHERE}", retries: 0, token: { env: INFLUX_TOKEN } }`;
    const metrics = '[{ name: cpu_usage }]';
    const { code, errors } = await once(configuration('spooled', { source: SIMULATION, metrics, results }));
    expect(code).toBe(1);
    expect(errors).toContain('wait in the spool');
  });
});

describe('tidemark train and evaluate', () => {
  it.each(['train', 'evaluate'])('%s exits with 1 when the source has no series', async (command) => {
    await using server = await answering([success([])]);
    const file = configuration(`${command}-empty`, { source: prometheus(server.url) });
    const { code } = await tidemark(command, '-c', file);
    expect(code).toBe(1);
  });

  it.each(['train', 'evaluate'])('%s exits with 1 when the source is away', async (command) => {
    const { code, errors } = await tidemark(
      command,
      '-c',
      configuration(`${command}-away`, { source: prometheus(NOWHERE) }),
    );
    expect([code, errors.length > 0]).toEqual([1, true]);
  });

  it.each(['train', 'evaluate'])('%s exits with 1 when no metric is enabled', async (command) => {
    const metrics = "[{ name: m, query: 'up', enabled: false }]";
    const { code } = await tidemark(
      command,
      '-c',
      configuration(`${command}-off`, { source: SIMULATION, metrics }),
    );
    expect(code).toBe(1);
  });
});

describe('a query that only the server knows', () => {
  const metrics = "[{ name: m, query: 'brand_new_over_time(up[5m])' }]";

  it.each([
    ['train', []],
    ['evaluate', []],
    ['status', []],
    ['plan', ['accepted-plan.yaml']],
    ['monitor', ['--once']],
    ['dashboards', ['--directory', 'boards']],
  ])('is a warning of tidemark %s where the server accepts it', async (command, args) => {
    await using server = await answering([success([])]);
    const file = configuration(`accepted-${command}`, { source: prometheus(server.url), metrics });
    const { errors } = await tidemark(command, ...args, '-c', file);
    expect(errors).toMatch(/warning: .*brand_new_over_time.*; the server accepts the query/);
    expect(errors.match(/the server accepts the query/g)).toHaveLength(1);
  });

  it('is an error of tidemark train where the server refuses it', async () => {
    const bad = '{"status":"error","errorType":"bad_data","error":"unknown function"}';
    await using server = await answering([{ status: 400, headers: JSON_TYPE, body: bad }]);
    const file = configuration('refused', { source: prometheus(server.url), metrics });
    const { code, errors } = await tidemark('train', '-c', file);
    expect(code).toBe(1);
    expect(errors).toContain('brand_new_over_time');
    expect(server.requests).toHaveLength(1);
  });
});
