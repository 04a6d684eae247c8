import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../../lib/connections/circuit-breaker.ts';
import { HttpTransport } from '../../../lib/connections/http-transport.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import {
  behavesAsSeriesSource,
  COUNT,
  range,
  START,
  STEP,
  timesOf,
  valuesOf,
} from '../series-source-behaviour.ts';
import type { MetricServer, RunningServer } from './metric-server.ts';
import { sourceAt } from './source-at.ts';

const every = (value: (index: number) => number) =>
  Array.from({ length: COUNT }, (_, index) => [START + index * STEP, value(index)] as const);
const oddLabels = { path: 'C:\\dir', text: 'a "b"\nc', unicode: 'naïve 日本 🔥' };
const third = (index: number) => index / 3;
const large = (index: number) => -1e21 * (index + 1);
/** Without a sample from step 40 to 59: longer than any server looks back. */
const isInGap = (index: number) => index >= 40 && index < 60;

const history = [
  { name: 'cpu', labels: { host: 'a' }, samples: every(third) },
  { name: 'cpu', labels: { host: 'b' }, samples: every(large) },
  { name: 'gap', labels: {}, samples: every(() => 1).filter((_, index) => !isInGap(index)) },
  { name: 'pod_memory', labels: { pod: 'x' }, samples: every((index) => index) },
  { name: 'pod_node', labels: { pod: 'x', node: 'one' }, samples: every(() => 1) },
  // A second one for a short while, as while two exporters overlap.
  {
    name: 'pod_node',
    labels: { pod: 'x', node: 'two' },
    samples: every(() => 1).filter((_, index) => index >= 70 && index < 73),
  },
  { name: 'odd', labels: oddLabels, samples: every(() => 1) },
  {
    name: 'special',
    labels: {},
    samples: every((index) => [Number.NaN, Infinity, -Infinity, 4][index % 4]!),
  },
];

/**
 * What every server answers to range queries, the contract of the source included.
 * @param more tests of what one server does in its own way; they ask a server with the same history.
 */
export function answersRangeQueries(
  server: MetricServer,
  more: (source: () => ReturnType<typeof sourceAt>) => void = () => {},
): void {
  describe(`ranges of ${server.title}`, () => {
    let running: RunningServer | undefined;
    const at = (attempts = 1) => sourceAt(running!.url, { attempts });
    const source = () => at().source;

    beforeAll(async () => {
      running = await server.start({ history });
    });
    afterAll(() => running?.[Symbol.asyncDispose]());

    behavesAsSeriesSource(source, 'cpu');

    it(`give the values that were scraped, to ${server.keptDigits} digits`, async () => {
      const { series, warnings } = await source().queryRange({ query: 'cpu', ...range });
      const rounded = (values: readonly number[]) =>
        values.map((value) => Number(value.toPrecision(server.keptDigits)));
      const byHost = new Map(series.map((one) => [one.labels.host, rounded(valuesOf(one))]));
      for (const [host, value] of [
        ['a', third],
        ['b', large],
      ] as const) {
        const written = rounded(every(value).map(([, one]) => one));
        const read = byHost.get(host) ?? [];
        if (server.keptDigits >= 17) expect(read).toEqual(written);
        expect(read).toHaveLength(written.length);
        for (const [index, one] of written.entries())
          expect(Math.abs(read[index]! - one)).toBeLessThanOrEqual(
            Math.abs(one) * 10 ** (1 - server.keptDigits),
          );
      }
      expect(warnings).toEqual([]);
    });

    it('give labels as they are, the name included', async () => {
      const { series } = await source().queryRange({ query: 'odd', ...range });
      expect(series.map(({ labels }) => labels)).toEqual([{ __name__: 'odd', ...oddLabels }]);
    });

    it('leave out the steps that have no sample', async () => {
      const { series } = await source().queryRange({ query: 'gap', ...range });
      const times = new Set(timesOf(series[0]!));
      const missing = every(third)
        .filter(([time]) => !times.has(time))
        .map(([time]) => (time - START) / STEP);
      // The last sample is repeated for a while, so the gap begins later than the outage, and ends with it.
      expect(missing.every(isInGap)).toBe(true);
      expect(missing.at(-1)).toBe(59);
      expect(missing.length).toBeGreaterThanOrEqual(20 - server.lookbackSeconds / STEP);
    });

    it(`${server.storesNotANumber ? 'have NaN and both infinities' : 'have both infinities; NaN is not stored'}`, async () => {
      const { series } = await source().queryRange({
        query: 'special',
        ...range,
        endSeconds: START + 3 * STEP,
      });
      const written = server.storesNotANumber
        ? [Number.NaN, Infinity, -Infinity, 4]
        : [Infinity, -Infinity, 4];
      expect(series.map(valuesOf)).toEqual([written]);
    });

    it('are empty for a query without series', async () => {
      expect(await source().queryRange({ query: 'nothing_of_the_kind', ...range })).toMatchObject({
        series: [],
        warnings: [],
      });
    });

    it('keep the circuit closed as long as a cheap query is answered, however many others fail', async () => {
      const breaker = new CircuitBreaker({ failures: 2, pauseMilliseconds: 1e9 }, () => 0);
      let isFailing = true;
      const transport = new HttpTransport();
      const { source: open } = sourceAt(running!.url, {
        breaker,
        transport: {
          post: async (request) => {
            if (isFailing && request.url.pathname.endsWith('query_range')) throw new Error('socket hang up');
            return transport.post(request);
          },
        },
      });
      for (let count = 0; count < 10; count += 1)
        await expect(open.queryRange({ query: 'cpu', ...range })).rejects.toThrow('socket hang up');
      isFailing = false;
      expect((await open.queryRange({ query: 'cpu', ...range })).series).toHaveLength(2);
    });

    it('are asked for by queries that are longer than an address may be', async () => {
      // VictoriaMetrics takes queries of up to 16 KB.
      const hosts = Array.from({ length: 1400 }, (_, index) => `host-${index}`).join('|');
      const { series } = await source().queryRange({ query: `cpu{host=~"a|${hosts}"}`, ...range });
      expect(series).toHaveLength(1);
    });

    it.each([
      ['does not parse', 'rate(cpu[5m]', server.refuses.unparsable],
      ['has the wrong type', 'cpu[5m]', server.refuses.rangeVector],
      ['fails while it runs', 'cpu * on () group_left () cpu', server.refuses.ambiguousJoin],
    ])(
      "are refused, without a repetition, for a query that %s, in the server's own words",
      async (_, query, words) => {
        const { source: retrying, pauses } = at(3);
        const asked = retrying.queryRange({ query, ...range });
        if (words === undefined) {
          expect((await asked).series).toHaveLength(2);
          return;
        }
        await expect(asked).rejects.toThrow(SourceQueryError);
        await expect(asked).rejects.toThrow(words);
        await expect(asked).rejects.toThrow(query);
        expect(pauses).toEqual([]);
      },
    );

    it('of more points than a server gives at once come as if they were one answer', async () => {
      const steps = 23_000;
      const asked = { ...range, startSeconds: START - (steps - 1) * STEP, endSeconds: START };
      const { series } = await source().queryRange({ query: 'vector(1)', ...asked });
      const times = series[0]?.samples.timesSeconds ?? new Float64Array();
      expect([times.length, times[0], times.at(-1)]).toEqual([steps, asked.startSeconds, START]);
      expect(times.every((time, index) => time === asked.startSeconds + index * STEP)).toBe(true);
    });

    more(at);

    it('are unavailable while the server is down, and answered again when it is back', async () => {
      await running!.end();
      const asked = source().queryRange({ query: 'cpu', ...range });
      await expect(asked).rejects.toThrow(SourceUnavailableError);
      await expect(asked).rejects.toThrow(/query_range can't be reached: /);
      expect(await source().check()).toMatchObject({ isUp: false });
      await running!.start();
      expect((await source().queryRange({ query: 'cpu', ...range })).series).toHaveLength(2);
    });
  });
}
