import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretReader } from '../../lib/config/read-secret.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import type { MetricCatalogue } from '../../lib/sources/metric-catalogue.ts';
import { openCatalogue } from '../../lib/sources/open-catalogue.ts';
import { freePort } from '../services/server-process.ts';
import { cannotHave } from '../services/shared.ts';
import { prometheus2, prometheus3, type RunningServer, victoriaMetrics } from './servers/metric-server.ts';

const STEP_SECONDS = 15;
const nowSeconds = Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS;
const awkward = 'a "quoted" \\ one';

function catalogueAt(url: string, source: object = {}, environment: Record<string, string> = {}) {
  const configuration = configurationSchema.parse({
    source: { url, timeout: '2s', ...source },
    metrics: [{ name: 'up', query: 'up' }],
  });
  return openCatalogue(configuration, { secrets: secretReader(environment), environment });
}

for (const metricServer of [prometheus2, prometheus3, victoriaMetrics]) {
  describe.skipIf(await cannotHave(...metricServer.needs))(`the catalogue of ${metricServer.title}`, () => {
    const owned = new AsyncDisposableStack();
    let server: RunningServer;
    let catalogue: MetricCatalogue;

    beforeAll(async () => {
      const samples = Array.from(
        { length: 241 },
        (_, index) => [nowSeconds - (240 - index) * STEP_SECONDS, index % 7] as const,
      );
      const history = ['depth', 'width'].map((name) => ({ name, labels: { queue: awkward }, samples }));
      server = owned.use(await metricServer.start({ history }));
      catalogue = await catalogueAt(server.url);
    });
    afterAll(() => owned.disposeAsync());

    it('names the metrics with samples', async () => {
      expect(await catalogue.names(nowSeconds - 3600)).toEqual(expect.arrayContaining(['depth', 'width']));
    });

    it('has no descriptions of what was never scraped', async () => {
      expect((await catalogue.descriptions()).has('depth')).toBe(false);
    });

    it('gives the times of the samples of one series, whatever its labels hold', async () => {
      const times = await catalogue.sampleTimes('depth', nowSeconds, 300);
      expect(times.length).toBeGreaterThanOrEqual(20);
      expect(times.slice(1).every((time, index) => time - times[index]! === STEP_SECONDS)).toBe(true);
    });

    it('gives no times of a metric that does not exist', async () => {
      expect(await catalogue.sampleTimes('no_such_metric', nowSeconds, 300)).toEqual([]);
    });

    it('refuses an invalid query', async () => {
      await expect(catalogue.sampleTimes('sum by (', nowSeconds, 300)).rejects.toBeInstanceOf(
        SourceQueryError,
      );
    });
  });
}

describe('a catalogue in front of', () => {
  /** A server that answers everything alike, with the requests that it got. */
  async function answering(status: number, body: string) {
    const requests: {
      method: string | undefined;
      url: string | undefined;
      authorization: string | undefined;
    }[] = [];
    const http = createServer(({ method, url, headers }, response) => {
      requests.push({ method, url, authorization: headers.authorization });
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      requests,
      async [Symbol.asyncDispose]() {
        http.closeAllConnections();
        await new Promise((resolve) => http.close(resolve));
      },
    };
  }

  it('nothing says that the server cannot be reached', async () => {
    const catalogue = await catalogueAt(`http://127.0.0.1:${await freePort()}`);
    await expect(catalogue.names(0)).rejects.toBeInstanceOf(SourceUnavailableError);
  });

  it('a server with an error of its own says that it may pass', async () => {
    await using server = await answering(503, 'starting');
    const catalogue = await catalogueAt(server.url);
    await expect(catalogue.names(0)).rejects.toThrow(/answered 503 .*: starting/);
    await expect(catalogue.descriptions()).rejects.toBeInstanceOf(SourceUnavailableError);
  });

  it('a server without descriptions has none', async () => {
    await using server = await answering(404, '{}');
    expect(await (await catalogueAt(server.url)).descriptions()).toEqual(new Map());
  });

  it.each(['[]', '{"status":"success","data":{"a":1}}', 'null', '<html>'])(
    'something that answers %s says that it is no Prometheus',
    async (body) => {
      await using server = await answering(200, body);
      await expect((await catalogueAt(server.url)).names(0)).rejects.toBeInstanceOf(SourceQueryError);
    },
  );

  it('a server that wants a token gets it', async () => {
    await using server = await answering(200, '{"status":"success","data":["up"]}');
    const auth = { kind: 'bearer', token: { env: 'TOKEN' } };
    const catalogue = await catalogueAt(`${server.url}/prefix/`, { auth }, { TOKEN: 'abc' });
    expect(await catalogue.names(1.5)).toEqual(['up']);
    const url = '/prefix/api/v1/label/__name__/values?start=1';
    expect(server.requests).toEqual([{ method: 'GET', url, authorization: 'Bearer abc' }]);
  });
});
