import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { readRangeResponse } from '../../../lib/sources/prometheus/range-response.ts';

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const read = (text: string, sizes: readonly number[] = [1 << 20], megabytes = 64) =>
  readRangeResponse(cut(text, sizes), 'up', megabytes);

const matrix = (result: unknown, more: object = {}) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more });

describe('an answer of query_range', () => {
  it('is read the same however it is cut into pieces', async () => {
    const labels = fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' }));
    // As an own property it can't be told from the prototype that JSON.parse and an object literal differ on.
    const series = labels.filter((entries) => !Object.hasOwn(entries, '__proto__'));
    const values = fc.array(fc.tuple(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(series, values), { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (all, sizes) => {
          const text = matrix(
            all.map(([metric, pairs]) => ({
              metric,
              values: pairs.map(([time, value]) => [time, String(value)]),
            })),
          );
          const answer = await read(text, sizes);
          expect(
            answer.series.map((one) => [one.labels, [...one.samples.timesSeconds], [...one.samples.values]]),
          ).toEqual(
            all.map(([metric, pairs]) => [
              JSON.parse(JSON.stringify(metric)),
              pairs.map(([time]) => time),
              pairs.map(([, value]) => Number(String(value))),
            ]),
          );
        },
      ),
    );
  });

  it('may hold NaN and both infinities', async () => {
    const { series } = await read(
      matrix([
        {
          metric: {},
          values: [
            [1, 'NaN'],
            [2, '+Inf'],
            [3, '-Inf'],
          ],
        },
      ]),
    );
    expect([...(series[0]?.samples.values ?? [])]).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  it('passes on warnings and infos, which say that data may be partial', async () => {
    const answer = await read(matrix([], { warnings: ['a store is down'], infos: ['not a counter'] }));
    expect(answer.warnings).toEqual(['a store is down', 'not a counter']);
  });

  it('may carry parts that Prometheus itself does not write', async () => {
    const text = matrix([{ metric: { a: '{"[' }, values: [[1, '2']] }], {
      stats: { samples: [{ a: 1 }, { b: [{ c: 2 }] }] },
      isPartial: false,
      trace: [[[{ deep: true }]]],
    });
    expect((await read(text, [3])).series.map(({ labels }) => labels)).toEqual([{ a: '{"[' }]);
  });

  it.each([
    ['an empty body', '', 'an empty body'],
    ['a page of a proxy', '<html><body>{[{"502"}]}</body></html>', 'not JSON'],
    ['a body cut within a series', matrix([{ metric: {}, values: [[1, '2']] }]).slice(0, -12), 'not JSON'],
    ['a body cut behind its series', matrix([{ metric: {}, values: [[1, '2']] }]).slice(0, -2), 'not JSON'],
    ['JSON of another API', '{"results":[]}', "not one of Prometheus' API"],
    ['a vector', '{"status":"success","data":{"resultType":"vector","result":[]}}', 'instead of a matrix'],
    ['a sample without its time', matrix([{ metric: {}, values: [['2']] }]), 'not a pair'],
    ['a series that is a number', matrix([7]), 'no object'],
    [
      'an overload that Prometheus tells of',
      '{"status":"error","errorType":"timeout","error":"took too long"}',
      'took too long',
    ],
  ])('is %s: the source is unavailable', async (_, text, message) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceUnavailableError);
    expect(String(error)).toContain(message);
  });

  it.each([
    ['a parse error', '{"status":"error","errorType":"bad_data","error":"parse error"}', 'parse error'],
    ['native histograms', matrix([{ metric: {}, histograms: [[1, {}]] }]), 'histogram_quantile'],
  ])('is %s: the query is at fault', async (_, text, message) => {
    const error = await read(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toContain(message);
  });

  it('is refused past its limit without being read to the end, with what helps', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"status":"success","data":{"resultType":"matrix","result":[');
      for (;;) {
        given += 1;
        yield Buffer.from(`{"metric":{"n":"${given}"},"values":[${'[1,"2"],'.repeat(999)}[1,"2"]]},`);
      }
    }
    const error = await readRangeResponse(endless(), 'up', 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toMatch(/up is larger than 1 MB: .*fewer series.*shorter window/);
    expect(given).toBeLessThan(150);
  });
});
