import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Location } from '../../lib/config/s3-location.ts';
import type { AlertHistory } from '../../lib/results/alert-history.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { InfluxDbAlertHistory } from '../../lib/results/influxdb/influxdb-alert-history.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { NdjsonAlertHistory } from '../../lib/results/ndjson-alert-history.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import type { ResultStore } from '../../lib/results/result-store.ts';
import { S3NdjsonAlertHistory } from '../../lib/results/s3-ndjson-alert-history.ts';
import { S3NdjsonResultStore } from '../../lib/results/s3-ndjson-result-store.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { alertRecord, START_SECONDS, tickRecord, verdictRecord } from './verdict-records.ts';

interface UsedHistory extends AsyncDisposable {
  readonly store: ResultStore;
  readonly history: AlertHistory;
}

/** What every history of alerts does with what was written to the store beside it. */
function behavesAsAlertHistory(open: () => Promise<UsedHistory>): void {
  it('puts the notifications of an incident together, from its onset to its end', async () => {
    await using used = await open();
    const labels = { instance: 'a:9100', mode: 'user' };
    const notification = { incidentId: 'i1', onsetSeconds: START_SECONDS };
    await used.store.write([
      verdictRecord(labels),
      alertRecord(labels, { ...notification, id: 'n1', kind: 'onset', explanation: 'It jumped.' }),
      alertRecord(labels, {
        ...notification,
        id: 'n2',
        kind: 'escalation',
        timeSeconds: START_SECONDS + 300,
      }),
      alertRecord(labels, { ...notification, id: 'n3', kind: 'resolved', timeSeconds: START_SECONDS + 3600 }),
      tickRecord({ faults: 0 }),
    ]);
    expect(await used.history.incidents(START_SECONDS - 86_400)).toEqual([
      {
        incidentId: 'i1',
        notificationIds: ['n1', 'n2', 'n3'],
        metric: 'cpu_usage',
        labels,
        isSimulated: false,
        onsetSeconds: START_SECONDS,
        endSeconds: START_SECONDS + 3600,
        isOver: true,
        explanation: 'It jumped.',
      },
    ]);
  });

  it('reports the newest first, of all series, without those that have had no notification since', async () => {
    await using used = await open();
    const at = (host: string, seconds: number) =>
      alertRecord({ host }, { id: host, incidentId: host, onsetSeconds: seconds, timeSeconds: seconds });
    await used.store.write([
      at('old', START_SECONDS - 1),
      at('b', START_SECONDS),
      at('c', START_SECONDS + 60),
    ]);
    const incidents = await used.history.incidents(START_SECONDS);
    expect(incidents.map(({ incidentId, isOver }) => [incidentId, isOver])).toEqual([
      ['c', false],
      ['b', false],
    ]);
  });

  it('gives labels back exactly, also those that no tag can hold', async () => {
    await using used = await open();
    const labels = { path: 'C:\\', text: 'a "b"\nc', metric: 'own', empty: '', labels: 'l', __name__: 'up' };
    await used.store.write([{ ...alertRecord(labels), isSimulated: true }]);
    const [incident] = await used.history.incidents(START_SECONDS);
    expect(incident).toMatchObject({ metric: 'cpu_usage', isSimulated: true });
    expect(incident?.labels).toEqual(labels);
  });

  it('counts a series that went missing as no anomaly, and has nothing to show without alerts', async () => {
    await using used = await open();
    expect(await used.history.incidents(0)).toEqual([]);
    await used.store.write([verdictRecord({}), alertRecord({}, { kind: 'series-missing' })]);
    expect(await used.history.incidents(0)).toEqual([]);
  });
}

describe('the history of alerts in a file', () => {
  behavesAsAlertHistory(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-alerts-'));
    const path = join(directory, 'verdicts.ndjson');
    return {
      store: new NdjsonResultStore(path),
      history: new NdjsonAlertHistory(path),
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
    };
  });

  it('says which file it can not read', async () => {
    const read = new NdjsonAlertHistory(tmpdir()).incidents(0);
    await expect(read).rejects.toThrow(ResultsUnavailableError);
    await expect(read).rejects.toThrow(tmpdir());
  });
});

describe.skipIf(await cannotHave('cloud'))('the history of alerts in S3', () => {
  const open = async () => {
    const { endpoint } = await useService('cloud');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint, forcePathStyle: true, region: 'us-east-1', credentials });
    const bucket = `alerts-${randomUUID()}`;
    return { client, bucket, location: s3Location(`s3://${bucket}/lake/tidemark`)! };
  };

  behavesAsAlertHistory(async () => {
    const { client, bucket, location } = await open();
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      store: new S3NdjsonResultStore(client, location),
      history: new S3NdjsonAlertHistory(client, location),
      [Symbol.asyncDispose]: async () => client.destroy(),
    };
  });

  it('says which bucket it can not read', async () => {
    const { client, bucket, location } = await open();
    const read = new S3NdjsonAlertHistory(client, location).incidents(0);
    await expect(read).rejects.toThrow(ResultsUnavailableError);
    await expect(read).rejects.toThrow(bucket);
    client.destroy();
  });
});

describe.skipIf(await cannotHave('influxdb'))('the history of alerts in InfluxDB', () => {
  const optionsOf = ({
    url,
    org,
    bucket,
    token,
  }: {
    url: string;
    org: string;
    bucket: string;
    token: string;
  }) => ({
    url,
    organization: org,
    bucket,
    token,
    timeoutMilliseconds: 10_000,
  });

  behavesAsAlertHistory(async () => {
    const influx = await useInfluxDb();
    const retries = { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
    const store = new InfluxDbResultStore({ ...optionsOf(influx), batchLines: 5000, retries });
    return {
      store,
      history: new InfluxDbAlertHistory(optionsOf(influx)),
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await influx[Symbol.asyncDispose]();
      },
    };
  });

  it.each([
    ['a token that may not read', { token: 'wrong' }, /must be allowed to read the bucket/],
    ['an unknown bucket', { bucket: 'no-such-bucket' }, /must be allowed to read the bucket/],
    ['a server that is not there', { url: 'http://127.0.0.1:1' }, /check that it runs/],
  ])('says what to mend with %s', async (_, wrong, advice) => {
    await using influx = await useInfluxDb();
    const read = new InfluxDbAlertHistory({ ...optionsOf(influx), ...wrong }).incidents(0);
    await expect(read).rejects.toThrow(ResultsUnavailableError);
    await expect(read).rejects.toThrow(advice);
  });
});
