import { S3Client } from '@aws-sdk/client-s3';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { describe, expect, it } from 'vitest';
import { s3Location } from '../../lib/config/s3-location.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { ndjsonLine } from '../../lib/results/ndjson-line.ts';
import { S3NdjsonResultStore } from '../../lib/results/s3-ndjson-result-store.ts';
import { alertRecord, START_SECONDS, tickRecord, verdictRecord } from '../contract/verdict-records.ts';

interface Answer {
  readonly status?: number;
  readonly etag?: string;
  readonly body?: string;
}

/** What a request asked for, as far as these tests care. */
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly condition: string | undefined;
  readonly body: string;
}

const refuse = (status: number, code: string): Answer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
});
const taken = refuse(412, 'PreconditionFailed');
const underWay = refuse(409, 'ConditionalRequestConflict');
const found = (records: readonly Parameters<typeof ndjsonLine>[0][], etag = '"seen"'): Answer => ({
  etag,
  body: records.map((record) => `${ndjsonLine(record)}\n`).join(''),
});

/** The store in front of an S3 with scripted answers; it takes everything once the answers are used up. */
function storeOn(answers: readonly Answer[]) {
  const asked: Asked[] = [];
  const client = new S3Client({
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    endpoint: 'http://s3',
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: {
      handle: async ({ method, path, headers, body }: HttpRequest) => {
        const condition = headers['if-none-match'] ?? headers['if-match'];
        asked.push({ method, path: decodeURIComponent(path), condition, body: String(body ?? '') });
        const { status = 200, etag = '"new"', body: said = '' } = answers[asked.length - 1] ?? {};
        const response = new HttpResponse({
          statusCode: status,
          headers: { etag, 'content-type': 'application/xml' },
          body: new Blob([said]).stream(),
        });
        return { response };
      },
    },
  });
  return { store: new S3NdjsonResultStore(client, s3Location('s3://results/lake')!), asked };
}

const KEY = '/results/lake/verdict/date=2023-11-14/221400.ndjson';
const one = verdictRecord({ host: 'a' });
const other = verdictRecord({ host: 'b' });
const textOf = (...records: Parameters<typeof ndjsonLine>[0][]) =>
  records.map((record) => `${ndjsonLine(record)}\n`).join('');

describe('results on their way to S3', () => {
  it('become one object a measurement and step, made only where there is none', async () => {
    const later = { timeSeconds: START_SECONDS + 60 };
    const { store, asked } = storeOn([]);
    await store.write([
      one,
      other,
      verdictRecord({ host: 'a' }, later),
      alertRecord({}),
      tickRecord({ faults: 0 }),
    ]);
    expect(asked.map(({ path }) => path).toSorted()).toEqual([
      '/results/lake/alert/date=2023-11-14/221400.ndjson',
      '/results/lake/tick/date=2023-11-14/221400.ndjson',
      KEY,
      KEY.replace('221400', '221500'),
    ]);
    expect(asked.every(({ method, condition }) => method === 'PUT' && condition === '*')).toBe(true);
    expect(asked.find(({ path }) => path === KEY)?.body).toBe(textOf(one, other));
  });

  it('have numbers that are not finite as null', async () => {
    const { store, asked } = storeOn([]);
    await store.write([verdictRecord({ host: 'a' }, { value: Number.NaN, score: Infinity })]);
    expect(JSON.parse(asked[0]!.body)).toMatchObject({ value: null, score: null, labels: { host: 'a' } });
  });

  it.each([
    ['is there already', taken],
    ['another one is writing at the same moment', underWay],
  ])('are merged with an object that %s, against the version that was read', async (_, answer) => {
    const { store, asked } = storeOn([answer, found([one], '"theirs"')]);
    await store.write([other]);
    expect(asked).toMatchObject([
      { method: 'PUT', condition: '*' },
      { method: 'GET', condition: undefined },
      { method: 'PUT', path: KEY, condition: '"theirs"', body: textOf(one, other) },
    ]);
  });

  it('are merged again when another writer writes in between', async () => {
    const third = verdictRecord({ host: 'c' });
    const { store, asked } = storeOn([taken, found([one]), underWay, found([one, third], '"newer"')]);
    await store.write([other]);
    expect(asked.at(-1)).toMatchObject({ condition: '"newer"', body: textOf(one, third, other) });
  });

  it('replace what was said of the same sample, and keep what was said of others', async () => {
    const judgedAgain = verdictRecord({ host: 'a' }, { kind: 'normal', value: 3 });
    const { store, asked } = storeOn([taken, found([one, other])]);
    await store.write([judgedAgain]);
    expect(asked.at(-1)?.body).toBe(textOf(judgedAgain, other));
  });

  it('are not written again where all of them are there already', async () => {
    const { store, asked } = storeOn([taken, found([one, other])]);
    await store.write([other, one]);
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'GET']);
  });

  it('are kept for later when there are too many concurrent writers', async () => {
    const rounds = Array.from({ length: 10 }, () => [found([one]), underWay]).flat();
    const { store, asked } = storeOn([taken, ...rounds]);
    const written = store.write([other]);
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow('Too many concurrent writers to s3://results/lake/verdict/');
    expect(asked).toHaveLength(1 + 2 * 10);
  });

  it.each([
    ['may not be written', refuse(403, 'AccessDenied')],
    ['is not there', refuse(404, 'NoSuchBucket')],
    ['has trouble', refuse(503, 'SlowDown')],
  ])('are kept for later, with the place and the reason, when the bucket %s', async (_, answer) => {
    const { store, asked } = storeOn([answer]);
    const error = await store.write([one]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultsUnavailableError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/can't be written to s3:\/\/results\/lake\/verdict/),
    });
    expect(asked).toHaveLength(1);
  });
});
