import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type MetricProgress,
  noteProgress,
  planDocument,
  reportDocument,
  requestDocument,
} from '../../lib/pipeline/retrain/retrain-documents.ts';
import { RunStore } from '../../lib/pipeline/runs/run-store.ts';
import { NOW_SECONDS, openApi, type SentRequest } from './request.ts';

const startedSchema = z.object({ id: z.string(), statusUrl: z.string() });

type Api = ReturnType<typeof openApi>;

async function start({ ask }: Api, request: SentRequest = {}): Promise<string> {
  const answer = await ask('POST', '/retrain', request);
  expect(answer.status).toBe(202);
  return startedSchema.parse(answer.body).id;
}

const keyed = (key: string, body?: unknown): SentRequest => ({
  headers: { 'Idempotency-Key': key },
  ...(body === undefined ? {} : { body }),
});

describe('POST /retrain', () => {
  it('starts a run and says where its progress is', async () => {
    const api = openApi();
    const answer = await api.ask('POST', '/retrain', { body: { metrics: ['memory'] } });
    const { id, statusUrl } = startedSchema.parse(answer.body);
    expect(answer).toMatchObject({ status: 202, headers: { location: `/prod/retrain/${id}` } });
    expect(statusUrl).toBe(`/prod/retrain/${id}`);
    expect(api.workflow.started).toEqual([id]);
    expect(await new RunStore(api.objects).read(requestDocument, id)).toEqual({ metrics: ['memory'] });
  });

  it('starts another run each time without a key, and for all metrics without a body', async () => {
    const api = openApi();
    const ids = [await start(api), await start(api)];
    expect(new Set(ids).size).toBe(2);
    expect(api.workflow.started).toEqual(ids);
    expect(await new RunStore(api.objects).read(requestDocument, ids[0]!)).toEqual({});
  });

  it('starts nothing twice under one key, however the list is written', async () => {
    const api = openApi();
    const id = await start(api, keyed('night', { metrics: ['memory', 'cpu_usage'] }));
    expect(await start(api, keyed('night', { metrics: ['cpu_usage', 'memory', 'memory'] }))).toBe(id);
    expect(api.workflow.started).toEqual([id]);
  });

  it('refuses a key that was used for another order with 422', async () => {
    const api = openApi();
    await start(api, keyed('night', { metrics: ['memory'] }));
    for (const body of [{}, { metrics: ['cpu_usage'] }, { metrics: ['cpu_usage', 'memory'] }]) {
      const answer = await api.ask('POST', '/retrain', keyed('night', body));
      expect(answer).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining('use a new key') },
      });
    }
    expect(api.workflow.started).toHaveLength(1);
  });

  it('starts the run when the same order comes again after it was stored and not started', async () => {
    const api = openApi();
    api.workflow.failure = new Error('throttled');
    expect(await api.ask('POST', '/retrain', keyed('night'))).toMatchObject({ status: 500 });
    const id = await start(api, keyed('night'));
    expect(api.workflow.started).toEqual([id]);
  });

  it('makes of any key an id that Step Functions takes, the same for the same key', async () => {
    const api = openApi();
    const keys = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme-ascii' });
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        const id = await start(api, keyed(key));
        expect(id).toMatch(/^[\w-]{1,80}$/);
        expect(await start(api, keyed(key))).toBe(id);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a metric that is not known, offers the one that was meant, and starts nothing', async () => {
    const api = openApi();
    const answer = await api.ask('POST', '/retrain', { body: { metrics: ['memory', 'cpu_usgae'] } });
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('did you mean "cpu_usage"?') },
    });
    expect(api.workflow.started).toEqual([]);
  });

  it.each([
    [{ metrics: [] }, '#/metrics', 'send an array of 1 to 1000'],
    [{ metrics: 'memory' }, '#/metrics', 'send an array of 1 to 1000'],
    [{ metrics: [7] }, '#/metrics/0', 'send a string of 1 to 100 characters'],
    [{ metric: ['memory'] }, '#/metric', 'did you mean "metrics"?'],
  ])('says what is wrong with %j', async (body, pointer, fix) => {
    const answer = await openApi().ask('POST', '/retrain', { body });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer, fix }] } });
  });

  it('refuses a key without a letter', async () => {
    const answer = await openApi().ask('POST', '/retrain', keyed(''));
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [{ parameter: 'idempotency-key', in: 'header', fix: 'send a string of 1 to 255 characters' }],
      },
    });
  });
});

describe('GET /retrain/{id}', () => {
  it('shows the progress of each metric, and why it is not promoted', async () => {
    const api = openApi();
    const id = await start(api);
    const runs = new RunStore(api.objects);
    const reported = {
      figures: { series: 3, promoted: 2 },
      reasons: ['{host="a"}: too short'],
      warnings: ['slow'],
    };
    const metrics: Record<string, MetricProgress | undefined> = {
      fitting: { stage: 'fitting' },
      fitted: { stage: 'fitted', candidate: { version: 'v2' }, judgedSeries: 3, ...reported },
      promoted: { stage: 'settled', status: 'promoted', version: 'v2', replaced: 'v1', ...reported },
      rejected: { stage: 'settled', status: 'rejected', version: 'v2', ...reported },
      failed: {
        stage: 'settled',
        status: 'failed',
        reason: 'no such query',
        figures: {},
        reasons: [],
        warnings: [],
      },
      waiting: undefined,
    };
    await runs.keepFirst(planDocument, id, { id, timeSeconds: NOW_SECONDS, metrics: Object.keys(metrics) });
    for (const [metric, progress] of Object.entries(metrics))
      if (progress !== undefined) await noteProgress(runs, id, metric, progress);
    const { status, body } = await api.ask('GET', `/retrain/${id}`);
    expect(status).toBe(200);
    const nothing = { reason: null, version: null, replaced: null, series: null, promotedSeries: null };
    const counts = { series: 3, promotedSeries: 2, warnings: ['slow'] };
    expect(body).toEqual({
      id,
      state: 'running',
      startedAt: '2026-03-02T12:00:00Z',
      endedAt: null,
      metrics: [
        { metric: 'fitting', status: 'running', ...nothing, warnings: [] },
        { metric: 'fitted', status: 'running', ...nothing, ...counts },
        { metric: 'promoted', status: 'promoted', reason: null, version: 'v2', replaced: 'v1', ...counts },
        {
          metric: 'rejected',
          status: 'rejected',
          reason: '{host="a"}: too short',
          version: 'v2',
          replaced: null,
          ...counts,
        },
        { metric: 'failed', status: 'failed', ...nothing, reason: 'no such query', warnings: [] },
        { metric: 'waiting', status: 'waiting', ...nothing, warnings: [] },
      ],
    });
  });

  it('shows the metrics that were ordered while the run is not planned yet', async () => {
    const api = openApi();
    const id = await start(api, { body: { metrics: ['memory'] } });
    expect(await api.ask('GET', `/retrain/${id}`)).toMatchObject({
      body: { state: 'waiting', startedAt: null, metrics: [{ metric: 'memory', status: 'waiting' }] },
    });
  });

  it.each(['succeeded', 'failed', 'stopped'] as const)('says that the run has %s', async (state) => {
    const api = openApi();
    const id = await start(api);
    api.workflow.states.set(id, state);
    expect(await api.ask('GET', `/retrain/${id}`)).toMatchObject({ status: 200, body: { state } });
  });

  it.each(['failed', 'stopped'] as const)(
    'calls a metric failed that was not done when its run %s, and no other',
    async (state) => {
      const api = openApi();
      const id = await start(api);
      const runs = new RunStore(api.objects);
      await runs.keepFirst(planDocument, id, {
        id,
        timeSeconds: NOW_SECONDS,
        metrics: ['memory', 'cpu_usage', 'disk'],
      });
      await noteProgress(runs, id, 'memory', { stage: 'fitting' });
      const settled = { stage: 'settled', status: 'promoted', version: 'v2' } as const;
      await noteProgress(runs, id, 'cpu_usage', { ...settled, figures: {}, reasons: [], warnings: [] });
      api.workflow.states.set(id, state);
      const reason = 'the run ended before this metric was done';
      expect(await api.ask('GET', `/retrain/${id}`)).toMatchObject({
        body: {
          metrics: [
            { metric: 'memory', status: 'failed', reason },
            { metric: 'cpu_usage', status: 'promoted', version: 'v2' },
            { metric: 'disk', status: 'failed', reason },
          ],
        },
      });
    },
  );

  it('still knows a run that Step Functions has forgotten', async () => {
    const api = openApi();
    const id = await start(api);
    api.workflow.states.delete(id);
    const runs = new RunStore(api.objects);
    await runs.keepFirst(planDocument, id, { id, timeSeconds: NOW_SECONDS, metrics: [] });
    await runs.keepFirst(reportDocument, id, { endedAtSeconds: NOW_SECONDS + 60 });
    expect(await api.ask('GET', `/retrain/${id}`)).toMatchObject({
      body: { state: 'succeeded', endedAt: '2026-03-02T12:01:00Z' },
    });
  });

  it.each([
    ['never-started', 404],
    ['no%20id', 400],
    ['x'.repeat(81), 400],
  ])('answers %s with %i', async (id, status) => {
    expect(await openApi().ask('GET', `/retrain/${id}`)).toMatchObject({ status });
  });

  it('reports that a state is unreadable, without its content', async () => {
    const api = openApi();
    const id = await start(api);
    await api.objects.put(`runs/retrain/${id}/plan.json`, new TextEncoder().encode('{"id":'), {
      kind: 'none',
    });
    const answer = await api.ask('GET', `/retrain/${id}`);
    expect(answer).toMatchObject({ status: 500 });
    expect(JSON.stringify(answer.body)).not.toContain('plan.json');
  });
});
