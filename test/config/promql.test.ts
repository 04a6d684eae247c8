import { describe, expect, it } from 'vitest';
import { findPromqlProblem } from '../../lib/config/promql.ts';

describe('a PromQL query', () => {
  it.each([
    'up',
    '1 - up',
    'node_load1 / on (instance) group_left count by (instance) (node_cpu_seconds_total{mode="idle"})',
    'sum by (job) (rate(http_requests_total{code=~"5..", path!~"/a|/b"}[5m]))',
    'histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m] offset 1h)))',
    'quantile_over_time(0.9, up[1h:5m])',
    'max_over_time(rate(x[5m])[1h:1m])',
    'predict_linear(disk_free[6h], 4 * 3600)',
    'label_replace(up, "a", "$1", "b", "(.*)")',
    'topk(5, up) or vector(0)',
    'x{a="}{)("} # a comment (',
    'absent_over_time(up[10m])',
    'rate(x[5m] @ end())',
    'scalar(up) * 2',
    'rate(x[5m] smoothed)',
    'increase(x[5m] anchored) > 0',
    'x smoothed',
    'rate(x[5m * 2]) + x offset -(5m)',
    'rate(x[step()])',
    'info(up)',
    '1_000 * up + 0x1F',
    "{__name__=~'job:.*'}",
  ])('is accepted: %s', (query) => {
    expect(findPromqlProblem(query)).toBeUndefined();
  });

  it.each([
    ['sum(up', 3, 'is not closed'],
    ['sum(up))', 7, 'closes nothing'],
    ['up{a="b', 5, 'quote " is not closed'],
    ['rate(up[5 m])', 8, 'not a duration'],
    ['up up', 3, '"up" is not expected'],
    ['sum(up[5m])', 4, 'sum() cannot take the range'],
    ['up[5m] + 1', 0, 'an operator cannot take'],
    ['rate(sum(up))', 5, 'rate() needs a range'],
    ['"up"', 0, 'a string'],
    ['# only', 0, 'comment'],
    ['irat(up[5m])', 0, 'function "irat" not found'],
    ['up{job=$job}', 7, 'Grafana variable'],
  ])('is refused: %s', (query, index, words) => {
    const problem = findPromqlProblem(query);
    expect(problem?.message).toContain(words);
    expect(problem?.index).toBe(index);
  });
});
