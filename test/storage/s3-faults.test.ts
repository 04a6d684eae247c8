import { afterEach, describe, expect, it, vi } from 'vitest';
import { ObjectConflictError, ObjectStoreOutOfTimeError } from '../../lib/storage/errors.ts';
import { s3Client } from '../../lib/storage/s3-client.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { type Answer, answering } from '../contract/http-answers.ts';

const TEXT = 'a state of some bytes';
const BYTES = Buffer.from(TEXT);
/** How long a line may be idle where a test waits for that; elsewhere nothing is waited for. */
const IDLE_MILLISECONDS = 500;
const NEVER_MILLISECONDS = 3_600_000;

const refuse = (status: number, code: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const slowDown = refuse(503, 'SlowDown');
const written: Answer = { headers: { etag: '"new"' } };
const lost: Answer = { isLost: true };
const found = (body: string): Answer => ({ headers: { etag: '"found"' }, body });

afterEach(() => vi.unstubAllEnvs());

interface RetryTimes {
  readonly idleMilliseconds?: number;
  /** What the invocation has left before it asks, and once it has asked. */
  readonly leftBefore?: number;
  readonly leftAfterwards?: number;
}

/** The store with its real client in front of a server with scripted answers; pauses take no time. */
async function bucketThatAnswers(
  answers: readonly Answer[],
  {
    idleMilliseconds = NEVER_MILLISECONDS,
    leftBefore = Infinity,
    leftAfterwards = leftBefore,
  }: RetryTimes = {},
) {
  const server = await answering(answers);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const pauses: number[] = [];
  const retried: unknown[] = [];
  const client = s3Client({ idleMilliseconds });
  const store = new S3ObjectStore(client, 'bucket', '', {
    environment: {
      remainingMilliseconds: () => (server.requests.length === 0 ? leftBefore : leftAfterwards),
      random: () => 0.5,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
      retried: (error) => retried.push(error),
    },
  });
  return {
    store,
    pauses,
    retried,
    asked: () =>
      server.requests.map(({ method, headers }) =>
        [method, headers['if-match'] ?? headers['if-none-match'] ?? ''].join(' ').trim(),
      ),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

const KEY = 'state/shard-0.cbor';
const unchanged = { kind: 'unchanged-since', etag: '"seen"' } as const;

describe('a bucket that is throttled or fails', () => {
  it('is asked again with growing pauses, and each retry is reported', async () => {
    await using bucket = await bucketThatAnswers([slowDown, lost, found(TEXT)]);
    const stored = await bucket.store.get(KEY);
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe(TEXT);
    expect(bucket.pauses).toEqual([50, 100]);
    expect(bucket.retried).toHaveLength(2);
  });

  it('is given up after four tries with its own reason', async () => {
    await using bucket = await bucketThatAnswers([slowDown]);
    await expect(bucket.store.put(KEY, BYTES, unchanged)).rejects.toMatchObject({ name: 'SlowDown' });
    expect(bucket.asked()).toEqual(Array(4).fill('PUT "seen"'));
  });

  it('is not asked again when the pause would outlast the invocation', async () => {
    await using bucket = await bucketThatAnswers([slowDown], { leftAfterwards: 40 });
    await expect(bucket.store.get(KEY)).rejects.toMatchObject({ name: 'SlowDown' });
    expect(bucket.asked()).toEqual(['GET']);
  });

  it('is not asked again what it refuses', async () => {
    await using bucket = await bucketThatAnswers([refuse(403, 'AccessDenied')]);
    await expect(bucket.store.get(KEY)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(bucket.asked()).toEqual(['GET']);
  });
});

describe('a bucket that does not answer', () => {
  it.each([
    ['nothing', ''],
    ['half of the object', TEXT.slice(0, 5)],
  ])('and has sent %s is asked again once the line has been idle', async (_, body) => {
    await using bucket = await bucketThatAnswers([{ hangs: true, body }, found(TEXT)], {
      idleMilliseconds: IDLE_MILLISECONDS,
    });
    const stored = await bucket.store.get(KEY);
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe(TEXT);
    // A machine so busy that the second answer looks idle too has it asked once more.
    expect(bucket.asked().length).toBeGreaterThan(1);
    expect(new Set(bucket.asked())).toEqual(new Set(['GET']));
  });

  it('ends with the time of the invocation, in words', async () => {
    await using bucket = await bucketThatAnswers([{ hangs: true }], { leftBefore: 50 });
    const get = bucket.store.get(KEY);
    await expect(get).rejects.toThrow(ObjectStoreOutOfTimeError);
    await expect(get).rejects.toThrow(/bucket "bucket" did not answer before the invocation's time ran out/);
  });
});

describe('a conditional write', () => {
  it('that meets another one under way is tried again, and S3 checks its condition again', async () => {
    await using bucket = await bucketThatAnswers([refuse(409, 'ConditionalRequestConflict'), written]);
    expect(await bucket.store.put(KEY, BYTES, unchanged)).toBe('"new"');
    expect(bucket.asked()).toEqual(['PUT "seen"', 'PUT "seen"']);
  });

  it('that loses against it is a conflict', async () => {
    const answers = [
      refuse(409, 'ConditionalRequestConflict'),
      refuse(412, 'PreconditionFailed'),
      found('what the other one wrote'),
    ];
    await using bucket = await bucketThatAnswers(answers);
    await expect(bucket.store.put(KEY, BYTES, unchanged)).rejects.toThrow(ObjectConflictError);
  });

  it('whose answer got lost is known again by what is stored', async () => {
    await using bucket = await bucketThatAnswers([lost, refuse(412, 'PreconditionFailed'), found(TEXT)]);
    expect(await bucket.store.put(KEY, BYTES, { kind: 'absent' })).toBe('"found"');
    expect(bucket.asked()).toEqual(['PUT *', 'PUT *', 'GET']);
  });

  it('that was refused the first time is a conflict, whatever is stored', async () => {
    await using bucket = await bucketThatAnswers([refuse(412, 'PreconditionFailed'), found(TEXT)]);
    const put = bucket.store.put(KEY, BYTES, { kind: 'absent' });
    await expect(put).rejects.toThrow(ObjectConflictError);
    expect(bucket.asked()).toEqual(['PUT *']);
  });
});
