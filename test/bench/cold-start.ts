import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { loadConfiguration } from '../../lib/config/load.ts';
import { nodeOptions } from '../../lib/config/node-options.ts';
import { configurationBytes } from '../../lib/models/stored-configuration.ts';
import { eventOf } from '../api/request.ts';
import { bundled } from './tick/bundle.ts';

const FUNCTIONS = join(import.meta.dirname, '../../functions');
const ROUNDS = 5;
const MEMORY_MEGABYTES = 512;

/** What each function is first invoked with; of one that is not listed, the bundle and its import alone are measured. */
const EVENTS: Readonly<Record<string, object>> = {
  api: eventOf('GET', '/models/cpu'),
  'collect-and-detect': { shard: 0, time: '2023-11-14T22:14:00Z' },
  retrain: { task: 'plan', id: 'cold-start', startedAt: '2023-11-14T22:14:00Z' },
};

interface ColdStart {
  readonly function: string;
  readonly bundleBytes: number;
  readonly importMilliseconds: number;
  readonly firstInvocationMilliseconds: number | undefined;
}

/**
 * The benchmark of cold starts: `npm run bench -- cold-start [--json]`. Each function's bundle in new processes, in front of
 * an empty bucket on this machine, with simulated hosts; medians.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const names = (await readdir(FUNCTIONS)).sort();
  const functions: ColdStart[] = [];
  await using bucket = await emptyBucket();
  for (const name of names) functions.push(await measure(name, bucket.url));
  process.stdout.write(values.json ? `${JSON.stringify({ functions })}\n` : report(functions));
}

async function measure(name: string, bucketUrl: string): Promise<ColdStart> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-cold-'));
  try {
    const bundle = await bundled(join(FUNCTIONS, name, 'handler.ts'), directory);
    const probe = join(directory, 'probe.mjs');
    await copyFile(join(import.meta.dirname, 'tick/cold-start-probe.mjs'), probe);
    await writeFile(join(directory, 'configuration.json'), await simulation(directory));
    const runs: { importMilliseconds: number; firstInvocationMilliseconds?: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const options = nodeOptions(MEMORY_MEGABYTES).split(' ');
      const event = EVENTS[name] === undefined ? [] : [JSON.stringify(EVENTS[name])];
      const { stdout } = await promisify(execFile)(process.execPath, [...options, probe, bundle, ...event], {
        env: {
          PATH: process.env.PATH ?? '',
          AWS_ENDPOINT_URL: bucketUrl,
          AWS_REGION: 'eu-central-1',
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          TIDEMARK_BUCKET: 'cold-start',
          TIDEMARK_CONFIGURATION_KEY: 'config/none.json',
          TIDEMARK_EVALUATE_STATE_MACHINE: 'arn:aws:states:eu-central-1:000000000000:stateMachine:evaluate',
          POWERTOOLS_SERVICE_NAME: 'tidemark',
          POWERTOOLS_LOG_LEVEL: 'ERROR',
          POWERTOOLS_LOGGER_SAMPLE_RATE: '0',
        },
      });
      runs.push(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    }
    const first = runs.flatMap(({ firstInvocationMilliseconds: one }) => (one === undefined ? [] : [one]));
    return {
      function: name,
      bundleBytes: (await stat(bundle)).size,
      importMilliseconds: median(runs.map(({ importMilliseconds }) => importMilliseconds)),
      firstInvocationMilliseconds: first.length === 0 ? undefined : median(first),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function simulation(directory: string): Promise<Uint8Array> {
  const file = join(directory, 'config.yaml');
  await mkdir(directory, { recursive: true });
  const text =
    'source: { kind: simulation }\nmetrics: [{ name: cpu }]\nresults: { kind: log }\nschedule: { warmUp: 0s }\nalerts: { log: true }\n';
  await writeFile(file, text);
  return configurationBytes(loadConfiguration({ file, environment: {} }).configuration);
}

/** A bucket in which nothing is, and that takes everything. */
async function emptyBucket(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'PUT') response.writeHead(200, { etag: '"1"' }).end();
      else if (request.url?.includes('list-type') === true)
        response.writeHead(200).end('<ListBucketResult></ListBucketResult>');
      else response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 10) / 10;
}

function report(functions: readonly ColdStart[]): string {
  return functions
    .map(
      ({ function: name, bundleBytes, importMilliseconds, firstInvocationMilliseconds: first }) =>
        `${name.padEnd(24)} ${(bundleBytes / 1000).toFixed(0)} KB, import ${importMilliseconds} ms, first invocation ${first === undefined ? 'not measured' : `${first} ms`}\n`,
    )
    .join('');
}
