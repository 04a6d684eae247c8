import { describe, expect, it } from 'vitest';
import { findPromqlProblem } from '../../lib/config/promql.ts';
import { instantSelectors } from '../../lib/config/promql-selectors.ts';
import { freshQuery } from '../../lib/sources/prometheus/fresh-query.ts';
import { cannotHave } from '../services/shared.ts';
import { range, START } from './series-source-behaviour.ts';
import { refusesSteps } from './servers/ambiguous-join-behaviour.ts';
import { prometheus3 } from './servers/metric-server.ts';
import { answersRangeQueries } from './servers/range-answers-behaviour.ts';
import { asksForCredentials } from './servers/secured-server-behaviour.ts';
import { endsStaleSeries } from './servers/stale-samples-behaviour.ts';

/** What Prometheus 3 takes and Prometheus 2 does not, or not in this form. */
const NEW_QUERIES = [
  'rate(up[5m] smoothed)',
  'increase(up[5m] anchored)',
  'up smoothed',
  'up offset 5m anchored',
  'rate(up[5m] smoothed offset 5m)',
  'rate(up[5m] @ end() anchored)',
  'rate(up[5m+1m])',
  'rate(up[step()*5])',
  'rate(up[min_of(step(),5m)])',
  'up offset (step()*2)',
  'up offset -(5m)',
  'rate(up[0x10])',
  'info(up)',
  'info(up, {__name__="target_info"})',
  'limitk(2, up)',
  'limit_ratio(0.5, up)',
  'mad_over_time(up[5m])',
  'ts_of_max_over_time(up[5m])',
  'first_over_time(up[5m])',
  'histogram_quantiles(up, "q", 0.5)',
  'up{"a.b"="c"}',
  '{"http.requests", x="y"}',
  'up + fill(0) up',
  'up == bool on() group_left() fill_right(1) up',
  'sort_by_label(up, "a")',
  'double_exponential_smoothing(up[5m], 0.5, 0.5)',
  'up @ end()',
  'max_of(1, 2)',
  'up >/ 5',
];

describe.skipIf(await cannotHave(...prometheus3.needs))('the source in front of Prometheus 3', () => {
  answersRangeQueries(prometheus3, (at) => {
    refusesSteps(at);

    it('have no warning for what the server adds as an info', async () => {
      const asked = { ...range, query: 'rate(pod_memory[5m])' };
      const { series, warnings } = await at().source.queryRange(asked);
      expect(series).toHaveLength(1);
      expect(warnings).toEqual([]);
    });

    it.each(NEW_QUERIES)(
      'can be asked for by %s: it is valid, or left to the server, and stays so when its samples have to be fresh',
      async (query) => {
        const problem = findPromqlProblem(query);
        expect(problem === undefined || problem.isDoubtful === true).toBe(true);
        const step = { startSeconds: START, endSeconds: START, stepSeconds: 60 };
        const { source } = at();
        await source.queryRange({ query, ...step });
        await source.queryRange({ query: freshQuery(query, instantSelectors(query) ?? [], 60), ...step });
      },
    );
  });
  endsStaleSeries(prometheus3);
  asksForCredentials('prometheus3');
});
