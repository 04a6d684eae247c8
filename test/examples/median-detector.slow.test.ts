import { describe, expect, it } from 'vitest';
import { runningMedian } from '../../examples/median-detector.ts';
import { describeConformance } from '../detector/conformance.ts';
import { alertsOf, monitorOf, observe } from '../detector/monitoring.ts';
import { samplesOf } from '../detector/seeded-series.ts';

describeConformance(runningMedian);

/** At one false alert in two years, no noise of these seeds is an alert. */
const monitor = monitorOf(runningMedian, { falseAlertsPerWeek: 0.01 });

describe('the example of a detector, the running median', () => {
  it('alerts on a spike in noise, once', () => {
    const samples = samplesOf('noise', 3, 400).map((sample, index) =>
      index === 300 ? { ...sample, value: sample.value + 12 } : sample,
    );
    const alerts = alertsOf(observe(monitor, samples, () => undefined));
    expect(alerts).toEqual([{ kind: 'onset', timeSeconds: samples[300]!.timeSeconds }]);
  });

  it('finds a second spike after a first one, which has not widened the band', () => {
    const isSpike = (index: number) => index === 200 || index === 300;
    const samples = samplesOf('noise', 4, 400).map((sample, index) =>
      isSpike(index) ? { ...sample, value: 1000 } : sample,
    );
    const observations = observe(monitor, samples, () => undefined);
    expect(observations.flatMap(({ verdict }, index) => (verdict.anomalous ? [index] : []))).toEqual([
      200, 300,
    ]);
  });
});
