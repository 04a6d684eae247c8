import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Location } from '../../lib/config/s3-location.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { InfluxDbVerdictHistory } from '../../lib/results/influxdb/influxdb-verdict-history.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { NdjsonVerdictHistory } from '../../lib/results/ndjson-verdict-history.ts';
import type { ResultStore } from '../../lib/results/result-store.ts';
import { S3NdjsonResultStore } from '../../lib/results/s3-ndjson-result-store.ts';
import { S3NdjsonVerdictHistory } from '../../lib/results/s3-ndjson-verdict-history.ts';
import type { VerdictHistory } from '../../lib/results/verdict-history.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { alertRecord, START_SECONDS, verdictRecord } from './verdict-records.ts';

interface UsedHistory extends AsyncDisposable {
  readonly store: ResultStore;
  readonly history: VerdictHistory;
}

/** What every history of verdicts does with what was written to the store beside it. */
function behavesAsVerdictHistory(open: () => Promise<UsedHistory>): void {
  const window = { metric: 'cpu_usage', startSeconds: START_SECONDS, endSeconds: START_SECONDS + 120 };

  it('gives back a verdict as it was stored, with its labels', async () => {
    await using used = await open();
    const labels = { instance: 'a:9100', kind: 'own', text: 'say "no", C:\\ and more' };
    await used.store.write([verdictRecord(labels), alertRecord(labels)]);
    expect(await Array.fromAsync(used.history.verdicts(window))).toEqual([
      {
        metric: 'cpu_usage',
        labels,
        isSimulated: false,
        timeSeconds: START_SECONDS,
        kind: 'anomaly',
        anomalous: true,
        value: 0.75,
        expected: 0.5,
        lower: 0.375,
        upper: 0.625,
        score: 3.25,
        confidence: 0.9375,
      },
    ]);
  });

  it('gives the verdicts of the metric and the window only, the end not included', async () => {
    await using used = await open();
    await used.store.write([
      ...[-60, 0, 60, 120].map((offset) =>
        verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + offset, value: offset }),
      ),
      verdictRecord({ host: 'a' }, {}, 'other'),
      { ...verdictRecord({ host: 'a' }, { value: 7 }), isSimulated: true },
    ]);
    const found = await Array.fromAsync(used.history.verdicts(window));
    const values = found.map(({ value, isSimulated }) => `${value}${isSimulated ? ' simulated' : ''}`);
    expect(values.toSorted()).toEqual(['0', '60', '7 simulated']);
  });

  it('gives nothing for what is not there, as absent as it was stored', async () => {
    await using used = await open();
    const nothing = { score: undefined, band: undefined, channel: undefined, value: Number.NaN } as const;
    await used.store.write([
      verdictRecord({}, { ...nothing, kind: 'no-data', anomalous: false, confidence: 0 }),
    ]);
    const [verdict] = await Array.fromAsync(used.history.verdicts(window));
    expect(verdict).toMatchObject({ kind: 'no-data', labels: {}, value: undefined, expected: undefined });
    const before = { ...window, startSeconds: 0, endSeconds: 60 };
    expect(await Array.fromAsync(used.history.verdicts(before))).toEqual([]);
  });
}

describe('the history of verdicts in a file', () => {
  behavesAsVerdictHistory(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-verdicts-'));
    const path = join(directory, 'verdicts.ndjson');
    return {
      store: new NdjsonResultStore(path),
      history: new NdjsonVerdictHistory(path),
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
    };
  });
});

describe.skipIf(await cannotHave('cloud'))('the history of verdicts in S3', () => {
  behavesAsVerdictHistory(async () => {
    const { endpoint } = await useService('cloud');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
    const bucket = `verdicts-${randomUUID()}`;
    const location = s3Location(`s3://${bucket}/lake/tidemark`)!;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      store: new S3NdjsonResultStore(client, location),
      history: new S3NdjsonVerdictHistory(client, location),
      [Symbol.asyncDispose]: async () => client.destroy(),
    };
  });
});

describe.skipIf(await cannotHave('influxdb'))('the history of verdicts in InfluxDB', () => {
  const open = async (wrong: { readonly token?: string } = {}) => {
    const influx = await useInfluxDb();
    const { url, org: organization, bucket, token } = influx;
    const options = { url, organization, bucket, token, timeoutMilliseconds: 10_000 };
    const retries = { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
    const store = new InfluxDbResultStore({ ...options, batchLines: 5000, retries });
    return {
      store,
      history: new InfluxDbVerdictHistory({ ...options, ...wrong }),
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await influx[Symbol.asyncDispose]();
      },
    };
  };
  behavesAsVerdictHistory(open);

  it('says what to mend with a token that may not read', async () => {
    await using used = await open({ token: 'wrong' });
    const read = Array.fromAsync(
      used.history.verdicts({ metric: 'cpu_usage', startSeconds: 0, endSeconds: START_SECONDS }),
    );
    await expect(read).rejects.toThrow(ResultsUnavailableError);
    await expect(read).rejects.toThrow(/must be allowed to read the bucket/);
  });
});
