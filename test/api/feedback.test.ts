import { describe, expect, it } from 'vitest';
import { FeedbackStore } from '../../lib/models/feedback-store.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { alertRecord } from '../contract/verdict-records.ts';
import { NOW_SECONDS, openApi } from './request.ts';

async function notified() {
  const api = openApi();
  const at = { onsetSeconds: NOW_SECONDS - 3600, timeSeconds: NOW_SECONDS - 3600 };
  const record = alertRecord({ instance: 'a:9100' }, { ...at, id: 'aaaa1111ff', incidentId: 'abcdef01' });
  await new NdjsonResultStore(api.resultsFile).write([record]);
  return { ...api, store: new FeedbackStore(api.objects) };
}

describe('POST /alerts/{id}/feedback', () => {
  it('saves feedback on a notified alert', async () => {
    const { ask, store } = await notified();
    const body = { judgement: 'confirmed', note: 'disk full' };
    expect(await ask('POST', '/alerts/aaaa1111ff/feedback', { body })).toMatchObject({
      status: 200,
      body: {
        incidentId: 'abcdef01',
        metric: 'cpu_usage',
        labels: { instance: 'a:9100' },
        from: '2026-03-02T11:00:00Z',
        to: '2026-03-02T11:00:00Z',
        ...body,
      },
    });
    expect(await store.of('cpu_usage')).toMatchObject([{ incidentId: 'abcdef01', ...body }]);
  });

  it.each([
    ['an unknown alert', 'ffffffff', { judgement: 'confirmed' }, 404, 'No alert of the last 90 days'],
    ['a judgement that is none', 'abcdef01', { judgement: 'maybe' }, 400, 'one of confirmed, false-alarm'],
    ['nothing at all', 'abcdef01', undefined, 400, 'judgement'],
  ])('refuses %s, and says why', async (_, id, body, status, reason) => {
    const { ask, store } = await notified();
    const answer = await ask('POST', `/alerts/${id}/feedback`, body === undefined ? {} : { body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(reason);
    expect(await store.all()).toEqual([]);
  });
});
