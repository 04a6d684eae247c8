import { describe, expect, it } from 'vitest';
import { ResultsRejectedError, ResultsUnavailableError } from '../../lib/results/errors.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { LineProtocolEncoder } from '../../lib/results/influxdb/line-protocol.ts';
import { START_SECONDS, verdictRecord } from '../contract/verdict-records.ts';
import { type ScriptedAnswer, ScriptedInfluxDb } from './scripted-influxdb.ts';

const ATTEMPTS = 4;
const BATCH_LINES = 3;

/** The store in front of a server with scripted answers; pauses take no time. */
function storeOn(
  answers: readonly ScriptedAnswer[],
  remainingMilliseconds = Infinity,
  batchLines = BATCH_LINES,
) {
  const server = new ScriptedInfluxDb(answers);
  const pauses: number[] = [];
  const store = new InfluxDbResultStore({
    url: 'http://influxdb:8086',
    organization: 'an org',
    bucket: 'a bucket',
    token: 't',
    batchLines,
    timeoutMilliseconds: 10_000,
    retries: { attempts: ATTEMPTS, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 300 },
    transport: server,
    environment: {
      remainingMilliseconds: () => remainingMilliseconds,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  });
  return { store, server, pauses };
}

const records = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + 60 * index }),
  );
const linesOf = (count: number) => new LineProtocolEncoder().encode(records(count));
const says = (status: number, message: string, headers = {}): ScriptedAnswer => ({
  status,
  headers,
  body: JSON.stringify({ code: 'some code', message }),
});

describe('results on their way to InfluxDB', () => {
  it('go in batches, in order, each line once, with times in seconds', async () => {
    const { store, server } = storeOn([]);
    await store.write(records(7));
    expect(server.requests.map((lines) => lines.length)).toEqual([3, 3, 1]);
    expect(server.requests.flat()).toEqual(linesOf(7));
    expect(new Set(server.paths)).toEqual(
      new Set(['/api/v2/write?org=an%20org&bucket=a%20bucket&precision=s']),
    );
  });

  it('are refused for good with 422, which is not tried again; the other batches are stored', async () => {
    const { store, server, pauses } = storeOn([{}, says(422, 'points beyond retention policy')]);
    const error = await store.write(records(7)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultsRejectedError);
    expect(error).toMatchObject({
      rejectedCount: BATCH_LINES,
      message:
        'InfluxDB at http://influxdb:8086, bucket "a bucket" rejected points (422): points beyond retention policy',
    });
    expect(pauses).toEqual([]);
    expect(server.requests.flat()).toEqual(linesOf(7));
  });

  it('are halved until the line that InfluxDB can not parse is alone: it is named, the others are stored', async () => {
    const [first, bad, third, ...rest] = linesOf(7);
    const refused = says(400, 'unable to parse');
    const { store, server, pauses } = storeOn([refused, refused, {}, refused]);
    const error = await store.write(records(7)).catch((reason: unknown) => reason);
    expect(server.requests).toEqual([
      [first, bad, third],
      [first, bad],
      [first],
      [bad],
      [third],
      rest.slice(0, 3),
      rest.slice(3),
    ]);
    expect(error).toMatchObject({ name: 'ResultsRejectedError', rejectedCount: 1 });
    expect((error as Error).message).toContain(`unable to parse; the line is ${bad}`.slice(0, 120));
    expect(pauses).toEqual([]);
  });

  it('are sent once more without those that the server names, and not halved', async () => {
    const lines = linesOf(3);
    const named = says(400, `unable to parse '${lines[1]}': time outside range`);
    const { store, server } = storeOn([named]);
    await expect(store.write(records(3))).rejects.toMatchObject({
      rejectedCount: 1,
      message: expect.stringContaining(`(400): time outside range; the line is ${lines[1]}`.slice(0, 100)),
    });
    expect(server.requests).toEqual([lines, [lines[0], lines[2]]]);
  });

  it('are not sent again when a partial write names the bad ones', async () => {
    const lines = linesOf(3);
    const data = [2, 3].map((number) => ({
      original_line: lines[number - 1],
      line_number: number,
      error_message: 'invalid column type',
    }));
    const body = JSON.stringify({ error: 'partial write of line protocol occurred', data });
    const answer = { status: 400, headers: { 'content-type': 'application/json' }, body };
    const { store, server } = storeOn([answer]);
    await expect(store.write(records(7))).rejects.toMatchObject({
      rejectedCount: 2,
      message: expect.stringMatching(/invalid column type; 2 lines, such as .*verdict.* and .*verdict/),
    });
    expect(server.requests.map((sent) => sent.length)).toEqual([3, 3, 1]);
  });

  it('go in smaller requests once one was too large for a proxy, and all arrive', async () => {
    const { store, server } = storeOn([says(413, 'Request Entity Too Large')]);
    await store.write(records(7));
    expect(server.requests.map((lines) => lines.length)).toEqual([3, 2, 1, 1, 1, 1, 1]);
    expect(server.requests.slice(1).flat()).toEqual(linesOf(7));
  });

  it('cost a bounded number of requests where every line is bad, and all of them are counted', async () => {
    const answers = Array.from({ length: 300 }, () => says(400, 'unable to parse'));
    const { store, server } = storeOn(answers, Infinity, 300);
    await expect(store.write(records(300))).rejects.toMatchObject({ rejectedCount: 300 });
    expect(server.requests.length).toBeLessThanOrEqual(150);
  });

  it('are stored but for the points that a partial write names, over all batches', async () => {
    const partial = (count: number) =>
      says(422, `partial write: points beyond retention policy dropped=${count}`);
    const { store, server } = storeOn([partial(1), {}, partial(2)]);
    await expect(store.write(records(9))).rejects.toMatchObject({
      name: 'ResultsRejectedError',
      rejectedCount: 3,
    });
    expect(server.requests).toHaveLength(3);
  });

  it.each([
    [401, 'unauthorized access', /answered 401.*check the secret in results\.token/],
    [403, 'forbidden', /answered 403.*give it write permission/],
    [404, 'bucket "x" not found', /answered 404.*create the bucket and organization/],
  ])(
    'are kept for later with %i: the fault says what to mend, and nothing more is sent',
    async (status, message, advice) => {
      const { store, server, pauses } = storeOn([says(status, message)]);
      const error = await store.write(records(7)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ResultsUnavailableError);
      expect(error).toMatchObject({ message: expect.stringMatching(advice) });
      expect(pauses).toEqual([]);
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each([408, 429, 500, 503])(
    'are sent again after %i, the same lines, with growing pauses',
    async (status) => {
      const { store, server, pauses } = storeOn([says(status, 'busy'), says(status, 'busy'), {}]);
      await store.write(records(2));
      expect(pauses).toEqual([50, 100]);
      expect(server.requests).toEqual([linesOf(2), linesOf(2), linesOf(2)]);
    },
  );

  it.each([429, 503])('wait as many seconds as %i asks for', async (status) => {
    const { store, pauses } = storeOn([says(status, 'busy', { 'retry-after': '7' }), {}]);
    await store.write(records(1));
    expect(pauses).toEqual([7000]);
  });

  it('do not wait longer than the invocation lasts', async () => {
    const { store, server, pauses } = storeOn([says(503, 'busy', { 'retry-after': '7' })], 5000);
    await expect(store.write(records(1))).rejects.toThrow('answered 503: busy');
    expect(pauses).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('skip a Retry-After that is a date, and pause as always', async () => {
    const date = { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' };
    const { store, pauses } = storeOn([says(503, 'busy', date), {}]);
    await store.write(records(1));
    expect(pauses).toEqual([50]);
  });

  it('are given up after the last try with what the server said, and later batches are not sent', async () => {
    const { store, server } = storeOn(Array(ATTEMPTS).fill(says(503, 'engine is closed')));
    await expect(store.write(records(7))).rejects.toThrow(
      'InfluxDB at http://influxdb:8086, bucket "a bucket" answered 503: engine is closed',
    );
    expect(server.requests).toEqual(Array(ATTEMPTS).fill(linesOf(3)));
  });

  it('are sent again when the line was cut, and the fault says what to check when it stays so', async () => {
    const lost = { lost: new Error('socket hang up') };
    const passing = storeOn([lost, {}]);
    await passing.store.write(records(1));
    expect(passing.server.requests).toEqual([linesOf(1), linesOf(1)]);
    const lasting = storeOn(Array(ATTEMPTS).fill(lost));
    const error = await lasting.store.write(records(1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultsUnavailableError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/can't be reached: socket hang up; check/),
    });
  });

  it('are not sent at all when no time is left', async () => {
    const { store, server } = storeOn([], 0);
    await expect(store.write(records(1))).rejects.toThrow('no time is left');
    expect(server.requests).toEqual([]);
  });

  it('are sent with what time is left, in full', async () => {
    const { store, server } = storeOn([], 500);
    await store.write(records(4));
    expect(server.requests.flat()).toEqual(linesOf(4));
  });
});

describe('the health of InfluxDB', () => {
  it.each([
    ['{"status":"pass","version":"v2.7.1"}', true, 'http://influxdb:8086 v2.7.1'],
    ['{"status":"fail"}', false, 'http://influxdb:8086'],
  ])('is what %s says', async (body, isUp, detail) => {
    const { store, server } = storeOn([{ status: 200, body }]);
    expect(await store.check()).toEqual({ service: 'influxdb', isUp, detail });
    expect(server.paths).toEqual(['/health']);
  });

  it('is bad when it can not be asked, and says why', async () => {
    const { store } = storeOn([{ lost: new Error('connect ECONNREFUSED') }]);
    expect(await store.check()).toEqual({
      service: 'influxdb',
      isUp: false,
      detail: 'http://influxdb:8086: connect ECONNREFUSED',
    });
  });
});
