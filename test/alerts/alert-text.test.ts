import { describe, expect, it } from 'vitest';
import { alertText, alertTitle, phaseOf } from '../../lib/alerts/alert-text.ts';
import { ONSET_SECONDS, sampleAlert, sampleContext } from './sample-alert.ts';

describe('alertText', () => {
  it('says on one line where, what, since when, why and where to look', () => {
    expect(alertText(sampleAlert(), sampleContext)).toBe(
      '[production] cpu_usage is anomalous (instance=a:9100, mode=user), since 2026-05-28T20:27:00Z. ' +
        'The value jumped to 0.93, expected about 0.41: this happens in about 1 of 14,000 minutes. ' +
        'See http://grafana/d/tidemark?var-metric=cpu_usage',
    );
  });

  it.each([
    ['escalation', 'cpu_usage is getting worse'],
    ['new-spike', 'cpu_usage spiked again'],
    ['resolved', 'cpu_usage is back to normal'],
  ] as const)('tells %s apart', (kind, words) => {
    expect(alertText(sampleAlert({ kind, timeSeconds: ONSET_SECONDS + 60 }), sampleContext)).toContain(words);
  });

  it('stays one line without a link when labels hold line breaks and no Grafana is configured', () => {
    const alert = sampleAlert({ labels: { __name__: 'node_cpu', path: 'a\r\nb' } });
    const text = alertText(alert, { environment: 'local', linkTo: () => undefined });
    expect(text).toContain('(path=a b)');
    expect(text).not.toMatch(/\n|See/);
  });
});

describe('phaseOf', () => {
  it.each([
    ['onset', 0, 'opened'],
    ['escalation', 60, 'updated'],
    ['new-spike', 60, 'updated'],
    ['new-spike', 0, 'opened'],
    ['resolved', 600, 'resolved'],
  ] as const)('takes %s %i seconds after the onset for %s', (kind, seconds, phase) => {
    expect(phaseOf(sampleAlert({ kind, timeSeconds: ONSET_SECONDS + seconds }))).toBe(phase);
  });
});

describe('alertTitle', () => {
  it('counts the incidents of a summary by metric, the first five by name', () => {
    const metrics = { cpu: 150, memory: 40, disk: 5, net: 3, load: 1, swap: 1 };
    const summary = { ...sampleAlert({ labels: {} }), summary: { incidents: 200, metrics } };
    expect(alertTitle(summary)).toBe(
      '200 incidents opened (cpu: 150, memory: 40, disk: 5, net: 3, load: 1, ...)',
    );
    const over = { ...summary, event: { ...summary.event, kind: 'resolved' as const } };
    expect(alertTitle(over)).toMatch(/^200 incidents resolved \(cpu: 150,/);
  });
});
