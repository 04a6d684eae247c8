import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationSchema } from '../../lib/config/schema.ts';
import { prometheusRules } from '../../lib/dashboards/alerting/prometheus-rules.ts';
import { configuredDashboardStore } from '../../lib/dashboards/configured-store.ts';
import { silentProgress } from '../services/progress.ts';
import { findPromtool, promtool } from '../services/promtool.ts';
import { cannotHave } from '../services/shared.ts';

const rulesAt = (interval: string) => {
  const configuration = configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    results: { kind: 'prometheus-remote-write', url: 'http://127.0.0.1:9090/api/v1/write' },
    schedule: { interval, step: '1m' },
  });
  return prometheusRules(configuration, configuredDashboardStore(configuration));
};

/** A minute without trouble, then one of each kind. */
const CASES = `
rule_files: [rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'tidemark_metric_state_incidents_open{metric="cpu",shard="0"}', values: '0 0 2 2 2' }
      - { series: 'tidemark_metric_state_is_silent{metric="memory",shard="0"}', values: '0 0 1 1 1' }
      - { series: 'tidemark_tick_lag_seconds{shard="0"}', values: '5 5 5 5 5' }
    alert_rule_test:
      - { eval_time: 1m, alertname: TidemarkAnomaly }
      - eval_time: 3m
        alertname: TidemarkAnomaly
        exp_alerts:
          - exp_labels: { severity: warning, source: tidemark, metric: cpu }
            exp_annotations:
              summary: 'cpu: 2 series anomalous'
              description: The dashboard shows which series, since when, and why.
              dashboard: /d/tidemark-overview
      - eval_time: 3m
        alertname: TidemarkSilent
        exp_alerts:
          - exp_labels: { severity: critical, source: tidemark, metric: memory }
            exp_annotations:
              summary: 'memory has no scored sample: nothing watches it'
              description: 'The overview names the reason, and so does "tidemark status".'
              dashboard: /d/tidemark-overview
      - { eval_time: 4m, alertname: TidemarkBehind }
  - interval: 1m
    input_series:
      - { series: 'tidemark_tick_lag_seconds{shard="0"}', values: '5 900x20' }
    alert_rule_test:
      - eval_time: 15m
        alertname: TidemarkBehind
        exp_alerts:
          - exp_labels: { severity: critical, source: tidemark, shard: "0" }
            exp_annotations:
              summary: Shard 0 is 15m 0s behind
              description: 'Anomalies are found late. No data means that no tick has written results: look at the function collect-and-detect.'
              dashboard: /d/tidemark-operations
`;

describe.skipIf(await cannotHave('prometheus'))('the alert rules for Prometheus and vmalert', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-rules-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['1m', '5m', '30m'])('are taken by promtool at an interval of %s', async (interval) => {
    const file = join(folder, 'rules.yaml');
    await writeFile(file, rulesAt(interval));
    const program = await findPromtool(silentProgress.begin('promtool', 'looking for it'));
    await promtool(program, ['check', 'rules', file], folder);
    const names = parse(rulesAt(interval)).groups[0].rules.map(({ alert }: { alert: string }) => alert);
    expect(names).toEqual(['TidemarkAnomaly', 'TidemarkSilent', 'TidemarkBehind', 'TidemarkModelOld']);
  });

  it('fire for what they are about, and for nothing else', async () => {
    await writeFile(join(folder, 'rules.yaml'), rulesAt('1m'));
    await writeFile(join(folder, 'cases.yaml'), CASES);
    const program = await findPromtool(silentProgress.begin('promtool', 'looking for it'));
    await promtool(program, ['test', 'rules', join(folder, 'cases.yaml')], folder);
  });
});
