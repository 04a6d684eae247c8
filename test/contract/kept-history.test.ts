import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeTraining } from '../../lib/compose/training.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { ModelStore } from '../../lib/models/model-store.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { backfill } from '../services/backfill.ts';
import { freePort } from '../services/server-process.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';

const DAY = 86_400;
const SCRAPE_SECONDS = 150;
/** Three hours behind a midnight that has passed for long. */
const night = (Math.floor(Date.now() / 1000 / DAY) - 2) * DAY + 3 * 3600;

/** Two hosts, of which one is down for a day without a marker of its end. */
function* samplesOf(seed: number): Generator<readonly [number, number]> {
  for (let time = night - 6 * DAY; time < night + 2 * DAY; time += SCRAPE_SECONDS) {
    const isDown = seed === 2 && time >= night - 2.5 * DAY && time < night - 1.5 * DAY;
    if (!isDown) yield [time, 50 + 10 * Math.cos((time / DAY) * 2 * Math.PI) + normalAt(seed, time)];
  }
}

describe.skipIf(await cannotHave('prometheus'))('the history of a Prometheus', () => {
  const stack = new AsyncDisposableStack();
  const asked: { readonly startSeconds: number; readonly endSeconds: number }[] = [];
  let directory: string;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-kept-'));
    stack.defer(() => rm(directory, { recursive: true, force: true }));
    const dataDirectory = join(directory, 'data');
    await backfill(
      dataDirectory,
      [1, 2].map((seed) => ({ name: 'load', labels: { host: `host-${seed}` }, samples: samplesOf(seed) })),
    );
    const server = stack.use(
      await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } }),
    );
    // What is asked is seen on its way.
    const port = await freePort();
    const proxy = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const asking = new URLSearchParams(`${request.url?.split('?')[1] ?? ''}&${body}`);
      asked.push({ startSeconds: Number(asking.get('start')), endSeconds: Number(asking.get('end')) });
      const { 'content-type': type = 'text/plain' } = request.headers;
      const answer = await fetch(`${server.address.url}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { 'content-type': type },
        ...(body.length === 0 ? {} : { body }),
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    });
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
    stack.defer(() => new Promise<void>((resolve) => proxy.close(() => resolve())));
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => stack.disposeAsync());

  const trainIn = async (folder: string, timeSeconds: number) => {
    const configuration = configurationSchema.parse({
      source: { kind: 'prometheus', url },
      metrics: [{ name: 'load', query: 'load' }],
      models: { kind: 'filesystem', directory: join(directory, folder) },
      results: { kind: 'ndjson', directory: join(directory, `${folder}-results`) },
      model: { history: '3d' },
    });
    const runtime = {
      logger: silentLogger,
      environment: {},
      remainingMilliseconds: () => Infinity,
    };
    await using training = await composeTraining(configuration, runtime);
    asked.length = 0;
    const { metrics } = await training.train(timeSeconds);
    return metrics[0]!;
  };

  it('is asked for once: the second night asks for the new day alone, and its models are the same to the bit', async () => {
    expect(await trainIn('kept', night)).toMatchObject({ status: 'promoted' });
    expect(asked[0]?.startSeconds).toBe(night - 4 * DAY);
    const second = await trainIn('kept', night + DAY);
    expect(asked).toEqual([{ startSeconds: night - 3 * 3600, endSeconds: night + DAY - 60 }]);

    await trainIn('again', night);
    const objects = new FilesystemObjectStore(join(directory, 'again'));
    for (const key of await objects.list('history/')) await objects.delete(key);
    const fromStart = await trainIn('again', night + DAY);
    expect(asked.length).toBeGreaterThan(1);
    expect(fromStart.version).toBe(second.version);
    const stores = ['kept', 'again'].map(
      (folder) => new ModelStore(new FilesystemObjectStore(join(directory, folder))),
    );
    const [kept, again] = await Promise.all(stores.map((store) => store.load('load', second.version ?? '')));
    expect(kept?.series).toHaveLength(2);
    expect(kept).toEqual(again);
  });
});
