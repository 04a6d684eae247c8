import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineProtocolEncoder } from '../../lib/results/influxdb/line-protocol.ts';
import type { ResultRecord } from '../../lib/results/result-store.ts';
import { type Labels, seriesKey } from '../../lib/series/labels.ts';
import {
  alertRecord,
  evaluationRecallRecord,
  evaluationRecord,
  healthRecord,
  metricStateRecord,
  START_SECONDS,
  tickRecord,
  verdictRecord,
} from '../contract/verdict-records.ts';

const encode = (...records: ResultRecord[]) => new LineProtocolEncoder().encode(records);

/**
 * The measurement and tags of a line as InfluxDB takes it apart: a delimiter counts unless a backslash stands in front of
 * it. Source: influxdata/influxdb 2, models/points.go, scanTagsKey, scanTagsValue and unescapeTag.
 */
function tagsOf(line: string): { measurement: string; tags: Record<string, string> } {
  const [key = ''] = line.split(/(?<!\\) /);
  const [measurement = '', ...pairs] = key.split(/(?<!\\),/);
  const unescaped = (text: string) => text.replace(/\\([,= ])/g, '$1');
  const tags = pairs.map((pair) => {
    const [name = '', value, ...more] = pair.split(/(?<!\\)=/);
    if (value === undefined || value === '' || name === '' || more.length > 0)
      throw new Error(
        `The tag ${JSON.stringify(pair)} of ${JSON.stringify(line)} is not one name and one value`,
      );
    return [unescaped(name), unescaped(value)];
  });
  return { measurement, tags: Object.fromEntries(tags) };
}

/** Without the tag of the whole series, which has tests of its own. */
const tagsFor = (labels: Labels) => {
  const [line = ''] = encode(verdictRecord(labels));
  const { series: _, ...tags } = tagsOf(line).tags;
  return tags;
};

/** Texts full of what line protocol gives a meaning to. */
const oddText = fc.oneof(
  fc.string({ minLength: 1, unit: fc.constantFrom('\\', ',', '=', ' ', '"', 'a', 'C:') }),
  fc.string({ minLength: 1 }),
  fc.string({ minLength: 1, unit: 'grapheme' }),
);
const oddLabels = fc.dictionary(oddText, oddText, { maxKeys: 4 });

describe('records as line protocol', () => {
  it('has one line a verdict: its series as tags, what was judged as fields, the time in seconds', () => {
    expect(encode(verdictRecord({ mode: 'user', instance: 'a:9100' }))).toEqual([
      'verdict,metric=cpu_usage,series={instance\\="a:9100"\\,mode\\="user"},instance=a:9100,mode=user ' +
        'anomalous=T,kind="anomaly",value=0.75,expected=0.5,lower=0.375,upper=0.625,' +
        `score=3.25,confidence=0.9375,channel="fast" ${START_SECONDS}`,
    ]);
  });

  it('has no field for what is not finite or not known', () => {
    const nothing = { score: undefined, band: undefined, channel: undefined };
    const unknown = { ...nothing, value: Number.NaN, kind: 'no-data', anomalous: false } as const;
    const band = { expected: Number.NaN, lower: -Infinity, upper: Infinity };
    expect(
      encode(
        verdictRecord({}, unknown),
        verdictRecord({}, { value: Infinity, score: Number.NaN, confidence: 0.5, band, channel: undefined }),
      ),
    ).toEqual([
      `verdict,metric=cpu_usage,series={} anomalous=F,kind="no-data" ${START_SECONDS}`,
      `verdict,metric=cpu_usage,series={} anomalous=T,kind="anomaly",confidence=0.5 ${START_SECONDS}`,
    ]);
  });

  it('writes numbers so that every bit can be read back', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        const [line = ''] = encode(verdictRecord({}, { value }));
        expect(Number(/,value=([^,]+),/.exec(line)?.[1])).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('leaves out a record without any finite field, and no other one', () => {
    expect(
      encode(tickRecord({ lag: Number.NaN }), tickRecord({ lag: Number.NaN, faults: 0 }), tickRecord({})),
    ).toEqual([`tick,shard=2 faults=0 ${START_SECONDS}`]);
  });

  it('writes an alert of each kind and keeps all of its labels in a field', () => {
    const labels = { path: 'C:\\', text: 'a "b"\nc', empty: '' };
    const [line = ''] = encode(alertRecord(labels, { kind: 'resolved', explanation: 'it said "no\\n"' }));
    expect(tagsOf(line)).toEqual({
      measurement: 'alert',
      tags: {
        metric: 'cpu_usage',
        series: seriesKey(labels),
        path: 'C:\\ ',
        text: 'a "b"\\nc',
        kind: 'resolved',
      },
    });
    const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    expect(line).toContain(`,labels=${quoted(JSON.stringify(labels))},onset=${START_SECONDS - 60}i,`);
    expect(line).toContain(',explanation="it said \\"no\\\\n\\"",value=0.75,score=3.25 ');
  });

  it('marks what is simulated, and only that', () => {
    const records = [verdictRecord({}), alertRecord({}), evaluationRecord({ recall: 1 })];
    const real = encode(...records);
    const simulated = encode(...records.map((record) => ({ ...record, isSimulated: true })));
    expect(real.map((line) => tagsOf(line).tags.simulated)).toEqual([undefined, undefined, undefined]);
    expect(simulated.map((line) => tagsOf(line).tags.simulated)).toEqual(['true', 'true', 'true']);
  });

  it('writes the state of a metric and the outcome of a tick under their own names', () => {
    expect(
      encode(metricStateRecord({ series: 3, lagSeconds: Number.NaN }), {
        ...tickRecord({ writeMilliseconds: 2.5 }),
        measurement: 'tick_outcome',
      }),
    ).toEqual([
      `metric_state,metric=cpu_usage,shard=2 state="waiting",reason="a \\"b\\"",series=3 ${START_SECONDS}`,
      `tick_outcome,shard=2 writeMilliseconds=2.5 ${START_SECONDS}`,
    ]);
  });

  it('has the other measurements with whole numbers where counts and times are', () => {
    const training = {
      measurement: 'training',
      metric: 'cpu usage',
      isSimulated: false,
      timeSeconds: START_SECONDS,
      status: 'rejected',
      version: undefined,
      reason: 'too "short"',
      fields: { rejected: 3, error: Number.NaN },
    } as const;
    const gap = {
      measurement: 'gap',
      metric: 'cpu_usage',
      startSeconds: START_SECONDS,
      endSeconds: START_SECONDS + 540,
      skippedSeconds: 600,
    } as const;
    const health = healthRecord({
      role: 'source',
      service: 'a b',
      state: 'down',
      reason: 'said "no"',
      ticks: 3,
    });
    const recall = evaluationRecallRecord({ kind: 'level shift', size: 'small' });
    expect(encode(training, gap, health, { ...recall, fields: { share: 0.75 } })).toEqual([
      `training,metric=cpu\\ usage status="rejected",reason="too \\"short\\"",rejected=3 ${START_SECONDS}`,
      `gap,metric=cpu_usage end=${START_SECONDS + 540}i,skippedSeconds=600i ${START_SECONDS}`,
      `health,role=source,service=a\\ b,shard=2 state="down",since=${START_SECONDS - 600}i,ticks=3i,troubles=0i,` +
        `reason="said \\"no\\"" ${START_SECONDS}`,
      `evaluation_recall,metric=cpu_usage,kind=level\\ shift,size=small,expects=alert magnitude="5 × noise",share=0.75 ${START_SECONDS}`,
    ]);
  });
});

describe('labels as tags', () => {
  it.each([
    ['spaces', ' a  b '],
    ['commas', 'a,b,'],
    ['equals signs', 'a=b='],
    ['quotes', '"a" \'b\''],
    ['backslashes', 'C:\\dir\\,x\\ y\\=z'],
    ['other scripts', 'naïve 日本 🔥'],
  ])('come through with %s in them', (_, value) => {
    expect(tagsFor({ label: value, zone: 'z' })).toEqual({ metric: 'cpu_usage', label: value, zone: 'z' });
  });

  it('stay labels of their own when they end with a backslash, which would hide the delimiter behind it', () => {
    const volumes = ['C:', 'C:\\', 'C:\\\\'];
    const tags = volumes.map((volume) => tagsFor({ volume, zone: 'z' }));
    expect(tags.map(({ zone }) => zone)).toEqual(['z', 'z', 'z']);
    expect(new Set(tags.map(({ volume }) => volume)).size).toBe(3);
    expect(tagsFor({ 'name\\': 'v', zone: 'z' })).toEqual({ metric: 'cpu_usage', 'name\\ ': 'v', zone: 'z' });
  });

  it('can not begin a line or a field of their own', () => {
    const injection = 'x value=1 1\nverdict,metric=fake value=666';
    const [line = ''] = encode(verdictRecord({ injection }));
    expect(line).not.toContain('\n');
    expect(tagsOf(line).tags).toMatchObject({
      metric: 'cpu_usage',
      injection: injection.replace('\n', '\\n'),
    });
    expect(Object.keys(tagsOf(line).tags)).toEqual(['metric', 'series', 'injection']);
  });

  it('that are empty are left out, as Prometheus takes them', () => {
    expect(tagsFor({ empty: '', host: 'a' })).toEqual({ metric: 'cpu_usage', host: 'a' });
  });

  it('are left out when they have no name, which would break the line', () => {
    expect(tagsFor({ '': 'nothing', host: 'a' })).toMatchObject({ host: 'a' });
    expect(Object.keys(tagsFor({ '': 'nothing', host: 'a' }))).not.toContain('');
  });

  it('are together the tag of the series, with which a dashboard and the link of an alert name it', () => {
    fc.assert(
      fc.property(oddLabels, (labels) => {
        const [verdict = '', alert = ''] = encode(verdictRecord(labels), alertRecord(labels));
        for (const line of [verdict, alert]) expect(tagsOf(line).tags.series).toBe(seriesKey(labels));
      }),
    );
  });

  it('that are longer than InfluxDB takes are cut, and stay apart', () => {
    const long = (end: string) => ({ path: `${'x'.repeat(80_000)}${end}` });
    const [one = '', other = ''] = encode(verdictRecord(long('1')), verdictRecord(long('2')));
    expect(tagsOf(one).tags.path).not.toBe(tagsOf(other).tags.path);
    const [alert = ''] = encode(alertRecord(long('1'), {}));
    for (const line of [one, other, alert]) expect(line.length).toBeLessThan(8000);
  });

  it('are renamed when they are called like a tag, a field or a column, and no two become one', () => {
    const names = [
      'series',
      'metric',
      'metric_',
      'metric__',
      'kind',
      'time',
      'value',
      'labels',
      '_time',
      '__name__',
    ];
    expect(tagsFor(Object.fromEntries(names.map((name) => [name, `label ${name}`])))).toEqual({
      metric: 'cpu_usage',
      series_: 'label series',
      metric_: 'label metric',
      metric__: 'label metric_',
      metric___: 'label metric__',
      kind_: 'label kind',
      time_: 'label time',
      value_: 'label value',
      labels_: 'label labels',
      _time_: 'label _time',
      __name__: 'label __name__',
    });
  });

  it('whatever they are, make one line that InfluxDB takes apart into as many tags', () => {
    fc.assert(
      fc.property(oddLabels, oddText, (labels, metric) => {
        const [line = '', ...more] = encode(verdictRecord(labels, {}, metric));
        expect(more).toEqual([]);
        expect(line).not.toMatch(/[\n\r]/);
        const { measurement, tags } = tagsOf(line);
        expect(measurement).toBe('verdict');
        expect(Object.keys(tags)).toHaveLength(Object.keys(labels).length + 2);
      }),
    );
  });

  it('are the same text for the same labels, in whatever order they come and whoever encodes them', () => {
    fc.assert(
      fc.property(oddLabels, (labels) => {
        const reversed = Object.fromEntries(Object.entries(labels).reverse());
        const encoder = new LineProtocolEncoder();
        const [one] = encoder.encode([verdictRecord(labels)]);
        expect(encoder.encode([verdictRecord(labels), verdictRecord(reversed)])).toEqual([one, one]);
      }),
    );
  });
});
