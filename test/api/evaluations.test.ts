import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  endRun,
  evaluationDocument,
  storeResult,
} from '../../lib/pipeline/evaluation/evaluation-documents.ts';
import { RunStore } from '../../lib/pipeline/runs/run-store.ts';
import { NOW_SECONDS, openApi, type SentRequest } from './request.ts';

const startedSchema = z.object({ id: z.string(), statusUrl: z.string() });
const linkSchema = z.object({ report: z.object({ url: z.string(), expiresAt: z.string() }) });

type Api = ReturnType<typeof openApi>;

async function start({ ask }: Api, request: SentRequest): Promise<string> {
  const answer = await ask('POST', '/evaluate', request);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
  return startedSchema.parse(answer.body).id;
}

const keyed = (key: string, body: unknown): SentRequest => ({ headers: { 'Idempotency-Key': key }, body });

describe('POST /evaluate', () => {
  it('starts a run whose window is settled, and says where its progress is', async () => {
    const api = openApi();
    const body = { metric: 'memory', series: { instance: 'a' }, kinds: ['spike'], budget: 0.5, seed: 3 };
    const answer = await api.ask('POST', '/evaluate', { body });
    const { id, statusUrl } = startedSchema.parse(answer.body);
    expect(answer).toMatchObject({ status: 202, headers: { location: statusUrl } });
    expect(statusUrl).toBe(`/prod/evaluations/${id}`);
    expect(api.evaluateWorkflow.started).toEqual([id]);
    expect(await new RunStore(api.objects).read(evaluationDocument, id)).toMatchObject({
      state: 'running',
      startedAtSeconds: NOW_SECONDS,
      order: { ...body, from: '2026-02-02T12:00:00.000Z', to: '2026-03-02T12:00:00.000Z', injections: 200 },
    });
  });

  it('starts nothing twice under one key, also later, and another run each time without one', async () => {
    const api = openApi();
    const body = { metric: 'memory', injections: 10 };
    const id = await start(api, keyed('night', body));
    expect(await start(api, keyed('night', { injections: 10, metric: 'memory' }))).toBe(id);
    expect(api.evaluateWorkflow.started).toEqual([id]);
    expect(await start(api, { body })).not.toBe(await start(api, { body }));
  });

  it('starts under its key what was ordered and then not started', async () => {
    const api = openApi();
    api.evaluateWorkflow.failure = new Error('throttled');
    const order = keyed('night', { metric: 'memory' });
    expect((await api.ask('POST', '/evaluate', order)).status).toBe(500);
    const id = await start(api, order);
    expect(api.evaluateWorkflow.started).toEqual([id]);
  });

  it('refuses a key that was used for another order with 422', async () => {
    const api = openApi();
    await start(api, keyed('night', { metric: 'memory' }));
    for (const body of [{ metric: 'cpu_usage' }, { metric: 'memory', seed: 2 }])
      expect(await api.ask('POST', '/evaluate', keyed('night', body))).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('use a new key') },
      });
  });

  it.each([
    ['a metric that nobody configured', { metric: 'cpu_usag' }, 404, 'did you mean "cpu_usage"'],
    ['no metric', {}, 400, 'metric is missing'],
    ['a fault that there is none of', { metric: 'memory', kinds: ['earthquake'] }, 400, 'kinds'],
    ['more series than a run may have', { metric: 'memory', maximumSeries: 21 }, 400, 'maximumSeries'],
    ['no budget', { metric: 'memory', budget: 0 }, 400, 'budget'],
    ['a field that is not known', { metric: 'memory', budgets: 1 }, 400, 'budgets is not a known key'],
    ['a time that is none', { metric: 'memory', from: 'yesterday' }, 400, 'from'],
    [
      'a history that ends before it begins',
      { metric: 'memory', from: '2026-03-02T12:00:00Z', to: '2026-03-01T12:00:00Z' },
      422,
      'before its start',
    ],
    ['a history of a year', { metric: 'memory', from: '2025-03-02T12:00:00Z' }, 422, 'longer than 92 days'],
  ])('refuses %s, says why, and starts nothing', async (_, body, status, reason) => {
    const api = openApi();
    const answer = await api.ask('POST', '/evaluate', { body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(JSON.stringify(reason).slice(1, -1));
    expect(api.evaluateWorkflow.started).toEqual([]);
  });
});

describe('GET /evaluations/{id}', () => {
  it('shows the progress of a run, and its result and report after success', async () => {
    const api = openApi();
    const runs = new RunStore(api.objects);
    const id = await start(api, { body: { metric: 'memory' } });
    expect(await api.ask('GET', `/evaluations/${id}`)).toMatchObject({
      status: 200,
      body: {
        id,
        state: 'running',
        startedAt: '2026-03-02T12:00:00Z',
        endedAt: null,
        result: null,
        report: null,
      },
    });
    await storeResult(runs, id, { metric: 'memory', headline: 'Yes.' }, '<!doctype html>');
    const end = {
      state: 'succeeded',
      endedAtSeconds: NOW_SECONDS + 20,
      headline: 'Yes.',
      warnings: ['few'],
    } as const;
    await endRun(runs, id, end);
    const { status, body } = await api.ask('GET', `/evaluations/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'succeeded',
      endedAt: '2026-03-02T12:00:20Z',
      warnings: ['few'],
      result: { metric: 'memory', headline: 'Yes.' },
    });
    const { url, expiresAt } = linkSchema.parse(body).report;
    expect(expiresAt).toBe('2026-03-02T13:00:00Z');
    const link = new URL(url);
    expect(link.pathname).toBe(`/evaluations/${id}/report.html`);
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      'X-Amz-Date': '20260302T120000Z',
      'X-Amz-Expires': '3600',
      'response-content-type': 'text/html; charset=utf-8',
    });
  });

  it('shows why a run failed', async () => {
    const api = openApi();
    const id = await start(api, { body: { metric: 'memory' } });
    const end = { state: 'failed', endedAtSeconds: NOW_SECONDS, reason: 'memory has no series' } as const;
    await endRun(new RunStore(api.objects), id, end);
    expect(await api.ask('GET', `/evaluations/${id}`)).toMatchObject({
      body: { state: 'failed', reason: 'memory has no series', report: null },
    });
  });

  it.each(['nobody', 'a%2Fb', '..'])('knows no run "%s"', async (id) => {
    const { status } = await openApi().ask('GET', `/evaluations/${id}`);
    expect([400, 404]).toContain(status);
  });
});
