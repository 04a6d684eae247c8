import { beforeAll, describe, expect, it } from 'vitest';
import { operationalMetricUnits } from '../../lib/telemetry/operational-metrics.ts';
import { synthesize } from './synthesized.ts';

interface AlarmProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}

function alarmsOf(overrides: Readonly<Record<string, string>> = {}): AlarmProperties[] {
  const { template } = synthesize({ overrides });
  return Object.values(template.findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => Properties as AlarmProperties)
    .filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
}

let alarms: AlarmProperties[];
let others: AlarmProperties[];
beforeAll(() => {
  alarms = alarmsOf();
  others = alarmsOf({
    TIDEMARK__NAME: 'tides',
    TIDEMARK__ENVIRONMENT: 'staging',
    TIDEMARK__TELEMETRY__METRICS_NAMESPACE: 'Team/Tides',
    TIDEMARK__SCHEDULE__INTERVAL: '5m',
    TIDEMARK__SCHEDULE__MAXIMUM_CATCH_UP: '6h',
  });
});

const named = (all: readonly AlarmProperties[], name: string) =>
  all.find(({ MetricName }) => MetricName === name);

describe('the alarms on what ticks measure', () => {
  it('watch the lag, the source, the stores, the delivery of alerts, silent metrics and what is lost', () => {
    const names = alarms.map(({ MetricName }) => MetricName);
    const expected = ['AlertDeliveryFailures', 'SourceDown', 'StoreDown', 'WatermarkLag'];
    const lost = [
      'MetricsSilent',
      'PointsLate',
      'PointsRejected',
      'ResultsGivenUp',
      'StatesSetAside',
      'CatchUpSkipped',
    ];
    for (const name of [...expected, ...lost]) expect(names.filter((one) => one === name)).toHaveLength(1);
    for (const { MetricName } of alarms) expect(operationalMetricUnits).toHaveProperty(MetricName);
  });

  it('look where the ticks of this installation record', () => {
    for (const alarm of others) {
      expect(alarm.Namespace).toBe('Team/Tides');
      expect(alarm.Dimensions.toSorted((one, other) => (one.Name < other.Name ? -1 : 1))).toEqual([
        { Name: 'environment', Value: 'staging' },
        { Name: 'service', Value: 'tides' },
      ]);
    }
  });

  it('ring for a lag once half of the catch-up is used up', () => {
    expect(named(alarms, 'WatermarkLag')).toMatchObject({ Threshold: 1800, Period: 60 });
    expect(named(others, 'WatermarkLag')).toMatchObject({ Threshold: 10_800, Period: 300 });
  });

  it('ring for an outage that three ticks in a row have seen, and not for ticks that saw none', () => {
    for (const name of ['SourceDown', 'StoreDown', 'AlertDeliveryFailures'])
      expect(named(alarms, name)).toMatchObject({
        EvaluationPeriods: 3,
        Period: 60,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      });
  });
});
