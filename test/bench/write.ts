import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { RemoteWriteResultStore } from '../../lib/results/remote-write/remote-write-result-store.ts';
import type { ResultStore, VerdictRecord } from '../../lib/results/result-store.ts';
import { verdictRecord } from '../contract/verdict-records.ts';
import { startServer } from '../services/start-server.ts';

const SERIES = 2000;
const STEPS_PER_WRITE = 5;
const ROUNDS = 9;
const STEP_SECONDS = 15;

/** What a write of 10,000 verdicts costs; times are medians. */
interface WriteFigures {
  readonly protocol: 'influxdb' | 'prometheus-remote-write';
  readonly records: number;
  readonly milliseconds: number;
  /** A bare client that posts the bytes of the same requests, one after the other, to the same server. */
  readonly bareMilliseconds: number;
  readonly ratio: number;
}

/** One request as the store sent it. */
interface SentRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The benchmark of writes: `npm run bench -- write [--json]`, on a real Prometheus and a real InfluxDB. Each round writes
 * steps of its own; the two sides alternate and neither writes what the other has written.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const figures = [await measurePrometheus(), await measureInfluxDb()];
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else
    for (const { protocol, records, milliseconds, bareMilliseconds, ratio } of figures)
      process.stdout.write(
        `${protocol}: ${records} verdicts in ${milliseconds.toFixed(0)} ms, a bare client ${bareMilliseconds.toFixed(0)} ms: ` +
          `${ratio.toFixed(2)} times\n`,
      );
}

async function measurePrometheus(): Promise<WriteFigures> {
  await using server = await startServer('prometheus');
  return await measure('prometheus-remote-write', server.address.url, remoteWriteStore);
}

async function measureInfluxDb(): Promise<WriteFigures> {
  await using server = await startServer('influxdb');
  const { url, org, bucket, token } = server.address;
  return await measure('influxdb', url, (address) => {
    const retries = { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
    const limits = { batchLines: 5000, timeoutMilliseconds: 60_000, retries };
    return new InfluxDbResultStore({ url: address, organization: org, bucket, token, ...limits });
  });
}

function remoteWriteStore(url: string): ResultStore {
  return new RemoteWriteResultStore({
    url: `${url}/api/v1/write`,
    headers: {},
    authorization: async ({ headers }) => headers,
    batchSamples: 2000,
    timeoutMilliseconds: 60_000,
    retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    environment: { remainingMilliseconds: () => Infinity, random: () => 0, sleep: async () => {} },
    transport: new HttpTransport(),
  });
}

async function measure(
  protocol: WriteFigures['protocol'],
  url: string,
  storeOf: (url: string) => ResultStore,
): Promise<WriteFigures> {
  await using store = storeOf(url);
  const own: number[] = [];
  const bare: number[] = [];
  let written = 0;
  const nextRecords = () => {
    written += 1;
    return recordsOf(written);
  };
  await store.write(nextRecords());
  for (let round = 0; round < ROUNDS; round += 1) {
    const records = nextRecords();
    own.push(await timed(() => store.write(records)));
    const requests = await requestsOf(nextRecords(), storeOf);
    bare.push(await timed(() => post(url, requests)));
  }
  const [milliseconds, bareMilliseconds] = [medianOf(own), medianOf(bare)];
  const records = SERIES * STEPS_PER_WRITE;
  return { protocol, records, milliseconds, bareMilliseconds, ratio: milliseconds / bareMilliseconds };
}

const labels = Array.from({ length: SERIES }, (_, index) => ({
  instance: `host-${index}.internal:9100`,
  job: 'node',
  zone: `eu-central-1${'abc'[index % 3]}`,
}));

/** Later ones with each write, and all of them in the last hour, as the servers want them. */
function recordsOf(write: number): VerdictRecord[] {
  const steps = (2 * ROUNDS + 1) * STEPS_PER_WRITE;
  const startSeconds =
    Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS - (steps + 4) * STEP_SECONDS;
  return Array.from({ length: STEPS_PER_WRITE }, (_, step) => {
    const at = (write - 1) * STEPS_PER_WRITE + step;
    const timeSeconds = startSeconds + at * STEP_SECONDS;
    return labels.map((one, index) => {
      const value = Math.sin(at + index) * 100;
      const band = { expected: value * 0.99, lower: value - 3.21, upper: value + 3.21 };
      return verdictRecord(one, { timeSeconds, value, band, score: Math.abs(value) / 30 });
    });
  }).flat();
}

/** The requests that the store makes of the records, caught by a server that takes everything. */
async function requestsOf(
  records: readonly VerdictRecord[],
  storeOf: (url: string) => ResultStore,
): Promise<SentRequest[]> {
  const requests: SentRequest[] = [];
  const catcher = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const {
      host,
      connection,
      'content-length': length,
      'transfer-encoding': coding,
      ...headers
    } = request.headers;
    requests.push({ path: request.url ?? '', headers: headers as Record<string, string>, body });
    response.writeHead(204).end();
  });
  catcher.listen(0, '127.0.0.1');
  await once(catcher, 'listening');
  const { port } = catcher.address() as AddressInfo;
  {
    await using store = storeOf(`http://127.0.0.1:${port}`);
    await store.write(records);
  }
  catcher.closeAllConnections();
  catcher.close();
  return requests;
}

async function post(url: string, requests: readonly SentRequest[]): Promise<void> {
  for (const { path, headers, body } of requests) {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`${url}${path} answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
