import { describe, expect, it } from 'vitest';
import { ModelStore } from '../../lib/models/model-store.ts';
import type { ObjectStore } from '../../lib/storage/object-store.ts';
import { trainedModels } from '../models/trained-models.ts';
import { NOW_SECONDS, openApi } from './request.ts';

/** Three versions, each promoted after the one before. */
async function threeVersions(objects: ObjectStore): Promise<readonly [string, string, string]> {
  const store = new ModelStore(objects);
  const versions: string[] = [];
  for (const day of [1, 2, 3]) {
    const trainedAtSeconds = Date.UTC(2026, 1, day, 3) / 1000;
    const version = await store.save(await trainedModels({ trainedAtSeconds }));
    await store.promote('cpu_usage', version, versions.at(-1), trainedAtSeconds, 30);
    versions.push(version);
  }
  const [first = '', second = '', third = ''] = versions;
  return [first, second, third];
}

describe('GET /models/{metric}', () => {
  it('shows which version is in use, since when, and which can be rolled back to', async () => {
    const { ask, objects } = openApi();
    const [first, second, third] = await threeVersions(objects);
    expect(await ask('GET', '/models/cpu_usage')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: {
        metric: 'cpu_usage',
        champion: third,
        since: '2026-02-03T03:00:00Z',
        canRollBackTo: [second, first],
        versions: [third, second, first],
      },
    });
  });

  it('says that a metric has no model yet', async () => {
    const { status, body } = await openApi().ask('GET', '/models/memory');
    expect(status).toBe(200);
    expect(body).toEqual({ metric: 'memory', champion: null, since: null, canRollBackTo: [], versions: [] });
  });

  it('offers the metric that was probably meant by an unknown one', async () => {
    const { status, body } = await openApi().ask('GET', '/models/cpu_usgae');
    expect(status).toBe(404);
    expect(body).toMatchObject({ detail: expect.stringContaining('did you mean "cpu_usage"?') });
  });
});

describe('POST /models/{metric}/rollback', () => {
  it('goes back by one version without a body, and to a named one with it', async () => {
    const { ask, objects } = openApi();
    const [first, second] = await threeVersions(objects);
    const since = new Date(NOW_SECONDS * 1000).toISOString().replace('.000Z', 'Z');
    const once = await ask('POST', '/models/cpu_usage/rollback');
    expect(once).toMatchObject({
      status: 200,
      body: { metric: 'cpu_usage', champion: second, since, canRollBackTo: [first] },
    });
    const named = await ask('POST', '/models/cpu_usage/rollback', { body: { version: first } });
    expect(named).toMatchObject({ status: 200, body: { champion: first, canRollBackTo: [] } });
    expect((await new ModelStore(objects).champions()).champions.get('cpu_usage')?.version).toBe(first);
  });

  it('answers the same when a rollback to a named version is repeated, so that a lost answer may be requested again', async () => {
    const { ask, objects } = openApi();
    const [, second] = await threeVersions(objects);
    const body = { version: second };
    const once = await ask('POST', '/models/cpu_usage/rollback', { body });
    const again = await ask('POST', '/models/cpu_usage/rollback', { body });
    expect(once).toMatchObject({ status: 200, body: { champion: second } });
    expect(again).toEqual(once);
  });

  it.each([
    ['a version that was never in use', 'cpu_usage', { version: '20260101T000000Z-00000000' }],
    ['a metric without models', 'memory', {}],
  ])('refuses %s with 409 and says what there is', async (_, metric, body) => {
    const { ask, objects } = openApi();
    await threeVersions(objects);
    const answer = await ask('POST', `/models/${metric}/rollback`, { body });
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('to go back to') } });
  });

  it('refuses an unknown metric with 404', async () => {
    const answer = await openApi().ask('POST', '/models/memroy/rollback');
    expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringContaining('"memory"') } });
  });
});
