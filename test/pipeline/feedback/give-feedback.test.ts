import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FeedbackStore } from '../../../lib/models/feedback-store.ts';
import { UnknownAlertError } from '../../../lib/pipeline/errors.ts';
import { giveFeedback } from '../../../lib/pipeline/feedback/give-feedback.ts';
import { NdjsonAlertHistory } from '../../../lib/results/ndjson-alert-history.ts';
import { NdjsonResultStore } from '../../../lib/results/ndjson-result-store.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import { alertRecord } from '../../contract/verdict-records.ts';

const NOW = 1_700_100_000;

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-feedback-'));
  const results = join(folder, 'verdicts.ndjson');
  const at = (seconds: number) => ({ onsetSeconds: seconds, timeSeconds: seconds });
  const host = { instance: 'a:9100' };
  await new NdjsonResultStore(results).write([
    alertRecord(host, { ...at(NOW - 7200), id: 'aaaa1111ff', incidentId: 'abcdef01' }),
    alertRecord(host, {
      ...at(NOW - 7200),
      timeSeconds: NOW - 3600,
      id: 'aaaa2222ff',
      incidentId: 'abcdef01',
      kind: 'resolved',
    }),
    alertRecord(host, { ...at(NOW - 600), id: 'aaaa3333ff', incidentId: 'abcdef02' }),
    alertRecord(host, { ...at(NOW - 91 * 86_400), id: 'bbbb4444ff', incidentId: 'fedcba98' }),
  ]);
  return {
    store: new FeedbackStore(new FilesystemObjectStore(folder)),
    alerts: new NdjsonAlertHistory(results),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe('giveFeedback', () => {
  it.each(['abcdef01', 'aaaa2222ff', 'aaaa11'])(
    'takes %s for the incident, with its whole window',
    async (alertId) => {
      await using opened = await open();
      const said = { alertId, judgement: 'confirmed', note: 'disk full', timeSeconds: NOW + 0.5 } as const;
      const kept = await giveFeedback(opened.alerts, opened.store, said);
      expect(kept).toEqual({
        incidentId: 'abcdef01',
        metric: 'cpu_usage',
        labels: { instance: 'a:9100' },
        startSeconds: NOW - 7200,
        endSeconds: NOW - 3600,
        judgement: 'confirmed',
        note: 'disk full',
        givenAtSeconds: NOW,
      });
      expect(await opened.store.of('cpu_usage')).toEqual([kept]);
    },
  );

  it.each([
    ['nobody knows', 'cccc5555', 'tidemark feedback list'],
    ['is of an alert too long ago', 'fedcba98', 'of the last 90 days'],
    ['several have', 'abcdef0', 'The ids of 2 alerts start with'],
    ['is hardly one', 'abc', 'too short'],
  ])('refuses an id that %s, and keeps nothing', async (_, alertId, reason) => {
    await using opened = await open();
    const given = giveFeedback(opened.alerts, opened.store, {
      alertId,
      judgement: 'false-alarm',
      timeSeconds: NOW,
    });
    await expect(given).rejects.toThrow(UnknownAlertError);
    await expect(given).rejects.toThrow(reason);
    expect(await opened.store.all()).toEqual([]);
  });
});
