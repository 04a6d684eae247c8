import { describe, expect, it } from 'vitest';
import { RemoteSampleEncoder } from '../../../lib/results/remote-write/remote-samples.ts';
import type { ResultRecord } from '../../../lib/results/result-store.ts';
import {
  alertRecord,
  evaluationRecallRecord,
  healthRecord,
  START_SECONDS,
  tickRecord,
  verdictRecord,
} from '../../contract/verdict-records.ts';

const samplesOf = (...records: readonly ResultRecord[]) =>
  new RemoteSampleEncoder().encode(records).map(
    ({ series, timeSeconds, value }): Readonly<Record<string, string | number>> => ({
      ...series.labels,
      timeSeconds,
      sample: value,
    }),
  );

describe('the samples of a verdict', () => {
  it('are its value, band, score and anomaly, with the labels of the series and the metric', () => {
    const series = '{instance="a:9100"}';
    const own = { metric: 'cpu_usage', series, instance: 'a:9100', timeSeconds: START_SECONDS };
    expect(samplesOf(verdictRecord({ instance: 'a:9100' }))).toEqual([
      { __name__: 'tidemark_value', ...own, sample: 0.75 },
      { __name__: 'tidemark_expected', ...own, sample: 0.5 },
      { __name__: 'tidemark_lower', ...own, sample: 0.375 },
      { __name__: 'tidemark_upper', ...own, sample: 0.625 },
      { __name__: 'tidemark_score', ...own, sample: 3.25 },
      { __name__: 'tidemark_anomaly', ...own, sample: 1 },
    ]);
  });

  it('are none where there is no data, so that nothing is drawn', () => {
    const nothing = { score: undefined, band: undefined, kind: 'no-data', anomalous: false } as const;
    expect(samplesOf(verdictRecord({}, { ...nothing, value: Number.NaN }))).toEqual([]);
  });

  it('leave out bounds that are not finite', () => {
    const band = { expected: 0.5, lower: -Infinity, upper: Infinity };
    const names = samplesOf(verdictRecord({}, { band })).map((sample) => sample.__name__);
    expect(names).toEqual(['tidemark_value', 'tidemark_expected', 'tidemark_score', 'tidemark_anomaly']);
  });

  it.each([
    ['keeps a label that is named as ours', { metric: 'x' }, { exported_metric: 'x' }],
    [
      'makes names valid, and never one of two',
      { 'a b': '1', a_b: '2', '7': '3' },
      { a_b: '1', exported_a_b: '2', _7: '3' },
    ],
    ['keeps the name of the source metric', { __name__: 'node_load1' }, { series_name: 'node_load1' }],
  ])('%s', (_, labels, expected) => {
    const [first] = samplesOf(verdictRecord(labels));
    expect(first).toMatchObject({ __name__: 'tidemark_value', metric: 'cpu_usage', ...expected });
  });

  it('leave out empty labels, which Prometheus does not distinguish from absent ones', () => {
    expect(samplesOf(verdictRecord({ empty: '' }))[0]).not.toHaveProperty('empty');
  });

  it('are marked when they are simulated, and never mixed with real ones of the same labels', () => {
    const record = verdictRecord({ host: 'a' });
    const [real, simulated] = [record, { ...record, isSimulated: true }].map(
      (one) => new RemoteSampleEncoder().encode([one])[0]?.series.labels,
    );
    expect(real).not.toHaveProperty('simulated');
    expect(simulated).toMatchObject({ simulated: 'true', host: 'a' });
    const encoder = new RemoteSampleEncoder();
    const both = encoder.encode([record, { ...record, isSimulated: true }]);
    expect(new Set(both.map(({ series }) => series)).size).toBe(12);
  });

  it('come in the order of their time, whatever the order of the records', () => {
    const later = verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + 60 });
    const times = samplesOf(later, verdictRecord({ host: 'a' })).map(({ timeSeconds }) => timeSeconds);
    expect(times).toEqual(times.toSorted());
  });
});

describe('the samples of other records', () => {
  it('have one name for each figure', () => {
    expect(samplesOf(tickRecord({ seriesScored: 12, lagSeconds: 1.5 }))).toEqual([
      { __name__: 'tidemark_tick_series_scored', shard: '2', timeSeconds: START_SECONDS, sample: 12 },
      { __name__: 'tidemark_tick_lag_seconds', shard: '2', timeSeconds: START_SECONDS, sample: 1.5 },
    ]);
  });

  it('show an alert by its score, and a connection that is down by 0', () => {
    expect(samplesOf(alertRecord({ host: 'a' }))).toEqual([
      {
        __name__: 'tidemark_alert',
        metric: 'cpu_usage',
        kind: 'onset',
        host: 'a',
        timeSeconds: START_SECONDS,
        sample: 3.25,
      },
    ]);
    const health = samplesOf(healthRecord({ role: 'source', service: 'prometheus', state: 'down' }));
    expect(health.find((sample) => sample.__name__ === 'tidemark_health_up')).toMatchObject({ sample: 0 });
  });

  it('keep the kind and size of an evaluation apart', () => {
    const labels = samplesOf(evaluationRecallRecord({ kind: 'gap', size: 'small', expects: 'silence' }));
    expect(labels[0]).toMatchObject({ kind: 'gap', size: 'small', expects: 'silence', metric: 'cpu_usage' });
  });
});
