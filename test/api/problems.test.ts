import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../lib/api/problem.ts';
import { MAXIMUM_BODY_BYTES } from '../../lib/api/read-request.ts';
import type { LogFields } from '../../lib/telemetry/logger.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { type Answered, ask, eventOf, openApi, REQUEST_ID } from './request.ts';

const ROLLBACK = '/models/cpu_usage/rollback';

/** What every problem has, whatever it is about. */
function problemIn({ status, headers, body }: Answered) {
  const problem = problemSchema.strict().parse(body);
  expect(problem.status).toBe(status);
  expect(problem.instance).toBe(`urn:tidemark:request:${REQUEST_ID}`);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  return problem;
}

describe('a request that is not understood', () => {
  it.each([
    ['an unknown path', 'GET', '/modles/cpu_usage', 404, '/modles/cpu_usage'],
    ['the root', 'GET', '/', 404, '/'],
    ['a path with a part too many', 'GET', '/models/cpu_usage/rollback/now', 404, 'does not exist'],
  ])('is answered with 404 for %s', async (_, method, path, status, said) => {
    const problem = problemIn(await openApi().ask(method, path));
    expect(problem).toMatchObject({ status, type: 'urn:tidemark:problem:not-found' });
    expect(problem.detail).toContain(said);
  });

  it.each([
    ['DELETE', '/models/cpu_usage', 'GET'],
    ['GET', ROLLBACK, 'POST'],
  ])('is answered with 405 and the methods that there are for %s %s', async (method, path, allow) => {
    const answer = await openApi().ask(method, path);
    expect(problemIn(answer)).toMatchObject({ status: 405 });
    expect(answer.headers).toMatchObject({ allow });
  });

  it.each([
    ['half an object', '{"version":'],
    ['a text that is none', 'version=1'],
    ['two objects', '{}{}'],
  ])('is answered with 400 for a body that is %s', async (_, text) => {
    const problem = problemIn(await openApi().ask('POST', ROLLBACK, { text }));
    expect(problem.status).toBe(400);
    expect(problem.errors).toMatchObject([{ pointer: '#', fix: 'send one JSON object' }]);
    expect(problem.errors?.[0]?.detail).toContain('is not JSON');
  });

  it.each([
    [
      { version: 7 },
      '#/version',
      'must be a string, found the number 7',
      'send a string of 1 to 100 characters',
    ],
    [{ version: null }, '#/version', 'has no value', 'add version'],
    [{ version: '' }, '#/version', 'is empty, found ""', 'send a string of 1 to 100 characters'],
    [
      { version: 'x'.repeat(101) },
      '#/version',
      `is too long (101 characters), found "${'x'.repeat(57)}..."`,
      'send a string of 1 to 100 characters',
    ],
    [{ verison: '1' }, '#/verison', 'is not a known key', 'did you mean "version"?'],
    [{ 'a/b~c': 1 }, '#/a~1b~0c', 'is not a known key', 'leave it out; known: version'],
    [[], '#', 'must be an object, found an empty array', 'send an object with keys among version'],
    ['text', '#', 'must be an object, found "text"', 'send an object with keys among version'],
    [null, '#', 'has no value', 'send an object with keys among version'],
  ])('names the place and the fix for %j', async (body, pointer, detail, fix) => {
    const problem = problemIn(await openApi().ask('POST', ROLLBACK, { body }));
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer, detail, fix }] });
  });

  it('is answered with 400 for a value that is nested deeper than a stack is', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const text = `{"judgement": ${deep}}`;
    const problem = problemIn(await openApi().ask('POST', '/alerts/b8d6a4f2/feedback', { text }));
    expect(problem).toMatchObject({
      status: 400,
      errors: [
        {
          pointer: '#/judgement',
          detail: 'cannot be an array of 1',
          fix: 'send one of confirmed, false-alarm',
        },
      ],
    });
  });

  it('names a query parameter that nobody reads', async () => {
    const problem = problemIn(await openApi().ask('GET', '/models/cpu_usage', { query: { limit: '3' } }));
    expect(problem.errors).toEqual([
      { parameter: 'limit', in: 'query', detail: 'is not a known key', fix: 'leave it out' },
    ]);
  });

  it('is answered with 413 when its body is larger than any that makes sense', async () => {
    const text = JSON.stringify({ version: 'x'.repeat(MAXIMUM_BODY_BYTES) });
    const problem = problemIn(await openApi().ask('POST', ROLLBACK, { text }));
    expect(problem.status).toBe(413);
    expect(problem.detail).toContain(`at most ${MAXIMUM_BODY_BYTES}`);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'is answered with 415 for a body of %s',
    async (type) => {
      const answer = await openApi().ask('POST', ROLLBACK, { body: {}, headers: { 'Content-Type': type } });
      expect(problemIn(answer)).toMatchObject({ status: 415 });
    },
  );

  it('never ends in an error of ours, and never in anything but a problem', async () => {
    const api = openApi();
    const bodies = fc.oneof(fc.json(), fc.string(), fc.constant(undefined));
    const paths = fc.oneof(
      fc.webPath(),
      fc.constant(ROLLBACK),
      fc.string().map((text) => `/models/${encodeURIComponent(text.toWellFormed())}`),
    );
    const requests = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'HEAD'),
      path: paths,
      text: bodies,
      type: fc.constantFrom('application/json', 'text/html'),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, text, type }) => {
        const sent = text === undefined ? {} : { text, headers: { 'Content-Type': type } };
        const answer = await api.ask(method, path === '' ? '/' : path, sent);
        if (answer.status !== 200) expect(problemIn(answer).status).toBeLessThan(500);
      }),
    );
  });
});

describe('an error of our own', () => {
  it('is answered with 500 without internal details, and is logged under the id of the response', async () => {
    const logged: (LogFields | undefined)[] = [];
    const logger = { ...silentLogger, error: (_: string, fields?: LogFields) => logged.push(fields) };
    const fault = new Error('no route to 10.0.0.7, token s3cr3t');
    const answer = await ask(() => Promise.reject(fault), eventOf('GET', '/models/cpu_usage'), logger);
    const problem = problemIn(answer);
    expect(problem).toMatchObject({ status: 500, type: 'urn:tidemark:problem:internal-error' });
    expect(JSON.stringify(answer)).not.toMatch(/10\.0\.0\.7|s3cr3t|at .*:\d+/);
    expect(logged).toEqual([{ status: 500, path: '/models/cpu_usage', error: fault }]);
  });
});
