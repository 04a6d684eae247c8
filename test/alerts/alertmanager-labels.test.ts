import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertmanagerLabels } from '../../lib/alerts/alertmanager-labels.ts';
import type { AlertEventKind } from '../../lib/detector/verdict.ts';
import type { Labels } from '../../lib/series/labels.ts';

const labelsOf = (labels: Labels, configured: Labels = {}, kind: AlertEventKind = 'onset') =>
  alertmanagerLabels({ metric: 'cpu_usage', labels, event: { kind } }, 'production', configured);

describe('alertmanagerLabels', () => {
  it('says what it is, of which metric, how bad, and which series', () => {
    expect(labelsOf({ instance: 'a:9100' })).toEqual({
      alertname: 'TidemarkAnomaly',
      metric: 'cpu_usage',
      severity: 'warning',
      environment: 'production',
      instance: 'a:9100',
    });
  });

  it('keeps a series that is missing apart from one that is anomalous, to its end', () => {
    const missing = labelsOf({ instance: 'a:9100' }, {}, 'series-missing');
    expect(missing.alertname).toBe('TidemarkSeriesMissing');
    expect(labelsOf({ instance: 'a:9100' }, {}, 'series-returned')).toEqual(missing);
  });

  it('lets the configuration choose the severity and add labels for routing', () => {
    expect(labelsOf({}, { severity: 'critical', team: 'infra' })).toMatchObject({
      severity: 'critical',
      team: 'infra',
    });
  });

  it('keeps a label of the series whose name is taken under another name', () => {
    expect(
      labelsOf({ severity: 'high', exported_severity: 'low', team: 'b', metric: 'm' }, { team: 'a' }),
    ).toEqual({
      alertname: 'TidemarkAnomaly',
      metric: 'cpu_usage',
      exported_metric: 'm',
      severity: 'warning',
      exported_exported_severity: 'high',
      exported_severity: 'low',
      environment: 'production',
      team: 'a',
      exported_team: 'b',
    });
  });

  it('makes names that Alertmanager takes, of any names, and loses no value', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 8 });
    fc.assert(
      fc.property(
        fc.dictionary(name, fc.string({ unit: 'grapheme-ascii', minLength: 1 }), { noNullPrototype: true }),
        (labels) => {
          const result = labelsOf(labels);
          for (const key of Object.keys(result)) expect(key).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
          const values = Object.entries(result).filter(
            ([key]) => !['alertname', 'metric', 'severity', 'environment'].includes(key),
          );
          expect(values.map(([, value]) => value).sort()).toEqual(Object.values(labels).sort());
        },
      ),
    );
  });

  it('tell a summary of many incidents from the next one by its incident', () => {
    const summary = { incidents: 200, metrics: { cpu: 150, memory: 50 } };
    expect(
      alertmanagerLabels(
        { metric: 'cpu_usage', labels: {}, event: { kind: 'onset' }, summary, incidentId: 'f00d' },
        'production',
        { team: 'a' },
      ),
    ).toEqual({
      alertname: 'TidemarkManyAnomalies',
      severity: 'warning',
      environment: 'production',
      team: 'a',
      metric: 'cpu_usage',
      incident: 'f00d',
    });
  });
});
