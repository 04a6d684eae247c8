import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphiteSource } from '../../examples/graphite-source.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import {
  behavesAsSeriesSource,
  range,
  START,
  STEP,
  timesOf,
  valuesOf,
} from '../contract/series-source-behaviour.ts';

const TARGET = 'aliasByNode(servers.*.cpu.user, 1)';

/** A render API after Graphite's documentation: `from` is left out, `until` is included, gaps are null. */
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://graphite');
  const target = searchParams.get('target');
  if (pathname === '/version') response.end('1.1.10\n');
  else if (target === 'broken(') response.writeHead(400).end('Invalid target');
  else if (target === 'slow') response.writeHead(503).end('cache is down');
  else if (target === 'page') response.end('<html>');
  else if (target !== TARGET && target !== 'with.gap') response.end('[]');
  else {
    const times: number[] = [];
    const until = Number(searchParams.get('until'));
    for (let time = START - 10 * STEP; time <= until; time += STEP)
      if (time > Number(searchParams.get('from'))) times.push(time);
    const hasGap = target === 'with.gap';
    const rendered = ['web-1', 'web-2'].map((name, index) => ({
      target: name,
      tags: { name, datacenter: 'fra' },
      datapoints: times.map((time) => [hasGap && time === START + STEP ? null : index + time / 7, time]),
    }));
    response.end(JSON.stringify(rendered));
  }
});
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const graphite = () => new GraphiteSource({ url: `${url}/`, timeoutMilliseconds: 600_000 });

describe('the example of a source, Graphite', () => {
  behavesAsSeriesSource(graphite, TARGET);

  it('has the tags and the path of a series as labels', async () => {
    const { series } = await graphite().queryRange({ query: TARGET, ...range });
    expect(series.map(({ labels }) => labels)).toEqual([
      { target: 'web-1', name: 'web-1', datacenter: 'fra' },
      { target: 'web-2', name: 'web-2', datacenter: 'fra' },
    ]);
    expect(valuesOf(series[1]!)[0]).toBe(1 + START / 7);
  });

  it('leaves out a step without a value', async () => {
    const endSeconds = START + 2 * STEP;
    const { series } = await graphite().queryRange({ query: 'with.gap', ...range, endSeconds });
    expect(timesOf(series[0]!)).toEqual([START, endSeconds]);
  });

  it('has an empty answer for a target without series', async () => {
    expect(await graphite().queryRange({ query: 'none', ...range })).toEqual({ series: [], warnings: [] });
  });

  it('refuses a target that Graphite refuses, in its words', async () => {
    const asked = graphite().queryRange({ query: 'broken(', ...range });
    await expect(asked).rejects.toThrow(SourceQueryError);
    await expect(asked).rejects.toThrow(/400: Invalid target/);
  });

  it.each([
    ['answers 503', 'slow', /503: cache is down/],
    ['answers no JSON', 'page', /not JSON/],
  ])('is unavailable when the server %s', async (_, query, reason) => {
    const asked = graphite().queryRange({ query, ...range });
    await expect(asked).rejects.toThrow(SourceUnavailableError);
    await expect(asked).rejects.toThrow(reason);
  });

  it('is unavailable, and down, when nothing listens at the address', async () => {
    const nowhere = new GraphiteSource({ url: 'http://127.0.0.1:1', timeoutMilliseconds: 600_000 });
    await expect(nowhere.queryRange({ query: TARGET, ...range })).rejects.toThrow(SourceUnavailableError);
    expect(await nowhere.check()).toMatchObject({ service: 'graphite', isUp: false });
  });

  it("throws the caller's reason when it is aborted", async () => {
    const aborted = AbortSignal.abort(new Error('the tick is over'));
    await expect(graphite().queryRange({ query: TARGET, ...range }, aborted)).rejects.toThrow(
      'the tick is over',
    );
  });
});
