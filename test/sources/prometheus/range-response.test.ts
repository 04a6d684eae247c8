import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { AnswerMemory } from '../../../lib/sources/prometheus/answer-memory.ts';
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
  readRangeResponse(cut(text, sizes), 'up', { maximumMegabytes: megabytes });

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

  it('passes on warnings, which say that data may be partial, and not infos, which do not', async () => {
    const answer = await read(matrix([], { warnings: ['a store is down'], infos: ['not a counter'] }));
    expect([answer.warnings, answer.notices]).toEqual([['a store is down'], []]);
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
      'an overload that Prometheus reports',
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
    const error = await readRangeResponse(endless(), 'up', { maximumMegabytes: 1 }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toMatch(/up is larger than 1 MB: .*fewer series.*shorter window/);
    expect(given).toBeLessThan(150);
  });

  it('is scored but for a series of native histograms, which it names', async () => {
    const { series, notices } = await read(
      matrix([
        { metric: { host: 'a' }, histograms: [[1, {}]] },
        { metric: { host: 'b' }, values: [[1, '5']] },
        { metric: { host: 'c' }, values: [[1, '6']], histograms: [[2, {}]] },
      ]),
    );
    expect(series.map(({ labels }) => labels.host)).toEqual(['b', 'c']);
    expect(notices).toEqual([
      expect.stringMatching(/series \{host="a"\} native histograms.*histogram_quantile/),
      expect.stringMatching(/series \{host="c"\} has at 1 steps native histograms/),
    ]);
  });

  it.each([
    [
      'a label that is no text',
      { metric: { host: 5 }, values: [[1, '2']] },
      'has the label host, which is not text',
    ],
    ['no labels', { values: [[1, '2']] }, 'has no labels'],
  ])('is scored but for a series with %s', async (_, broken, words) => {
    const { series, notices } = await read(matrix([broken, { metric: { host: 'b' }, values: [[1, '5']] }]));
    expect(series.map(({ labels }) => labels)).toEqual([{ host: 'b' }]);
    expect(notices).toEqual([expect.stringContaining(words)]);
  });

  it.each(['many', '', '0x10'])(
    'is scored but for the steps whose value is "%s": they are without a sample',
    async (text) => {
      const values = [
        [1, '2'],
        [2, text],
        [3, '4'],
        [4, text],
      ];
      const { series, notices } = await read(
        matrix([
          { metric: { host: 'a' }, values },
          { metric: { host: 'b' }, values: [[1, text]] },
          { metric: { host: 'c' }, values: [[1, '5']] },
        ]),
      );
      expect(series.map(({ samples }) => [...samples.values])).toEqual([[2, NaN, 4, NaN], [NaN], [5]]);
      expect(notices).toEqual([
        `The series {host="a"} has at 2 of 4 steps values that are not numbers, such as ${JSON.stringify(text)}`,
        expect.stringContaining('{host="b"} has at 1 of 1 steps values that are not numbers'),
      ]);
    },
  );

  it('is an error where no series has a step that can be scored', async () => {
    const broken = matrix([
      {
        metric: { host: 'a' },
        values: [
          [1, 'many'],
          [2, 'few'],
        ],
      },
    ]);
    await expect(read(broken)).rejects.toThrow(SourceUnavailableError);
    await expect(read(broken)).rejects.toThrow(
      'has at 2 of 2 steps values that are not numbers, such as "many"',
    );
  });

  it('names few of many series that can not be scored, and counts the others', async () => {
    const broken = Array.from({ length: 50 }, (_, n) => ({ metric: { n }, values: [] }));
    const { notices } = await read(matrix([...broken, { metric: {}, values: [[1, '5']] }]));
    expect(notices).toHaveLength(4);
    expect(notices?.at(-1)).toBe('47 more series like these');
  });

  it('skips a series that is larger than its steps can be, however it is cut, and reads the others', async () => {
    const repeated = Array.from({ length: 400_000 }, () => [60, '1']);
    const text = matrix([
      { metric: { host: 'a' }, values: [[60, '1']] },
      { metric: { host: 'b' }, values: repeated },
      { metric: { host: 'c' }, values: [[60, '2']] },
      { metric: { host: 'd' }, values: [[60, '3']] },
    ]);
    const asked = { startSeconds: 60, endSeconds: 60, stepSeconds: 60 };
    for (const size of [1000, 65_537]) {
      const answer = await readRangeResponse(cut(text, [size]), 'up', { maximumMegabytes: 64, asked });
      expect(answer.series.map(({ labels }) => labels.host)).toEqual(['a', 'c', 'd']);
      expect(answer.notices).toEqual([expect.stringContaining('"host":"b"')]);
    }
  });

  it('is refused at the series that is one too many, without being read to the end', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"status":"success","data":{"resultType":"matrix","result":[');
      for (;;) {
        given += 1;
        yield Buffer.from(`{"metric":{"n":"${given}"},"values":[[1,"2"]]},`);
      }
    }
    const reading = readRangeResponse(endless(), 'up', { maximumMegabytes: 64, maximumSeries: 100 });
    await expect(reading).rejects.toThrow('up returns more than 100 series');
    expect(given).toBeLessThan(110);
  });

  it('is given up when all answers take too much together, as one that shorter windows may mend', async () => {
    const memory = new AnswerMemory(50_000);
    using account = memory.open();
    const many = Array.from({ length: 500 }, (_, n) => ({ metric: { n: String(n) }, values: [[1, '2']] }));
    const reading = readRangeResponse(cut(matrix(many), [1000]), 'up', { maximumMegabytes: 64, account });
    await expect(reading).rejects.toMatchObject({ name: 'SourceQueryError', isOfSteps: true });
  });

  it('may not hold more than a little beside its series', async () => {
    async function* spaces(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"status":"success",');
      for (;;) yield Buffer.alloc(1 << 20, 0x20);
    }
    const reading = readRangeResponse(spaces(), 'up', { maximumMegabytes: 64 });
    await expect(reading).rejects.toThrow("not one of Prometheus' API: more than 8000000 bytes");
  });
});
