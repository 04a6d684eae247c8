import { describe, expect, it } from 'vitest';
import { cannotHave } from '../services/shared.ts';
import { range, START, STEP, timesOf } from './series-source-behaviour.ts';
import { AMBIGUOUS_JOIN } from './servers/ambiguous-join-behaviour.ts';
import { victoriaMetrics } from './servers/metric-server.ts';
import { answersRangeQueries } from './servers/range-answers-behaviour.ts';
import { endsStaleSeries } from './servers/stale-samples-behaviour.ts';

/*
 * What it can't do: it rounds values to twelve digits and stores no NaN, and its free version asks for no client
 * certificate, so that part of the contract runs against Prometheus alone.
 */
describe.skipIf(await cannotHave(...victoriaMetrics.needs))('the source in front of VictoriaMetrics', () => {
  answersRangeQueries(victoriaMetrics, (at) => {
    it('have a series for each partner of an ambiguous join: no step is refused', async () => {
      const { series } = await at().source.queryRange({ query: AMBIGUOUS_JOIN, ...range });
      const byNode = new Map(series.map((one) => [one.labels.node, timesOf(one)]));
      expect(byNode.get('one')).toHaveLength(120);
      expect(byNode.get('two')?.[0]).toBe(START + 70 * STEP);
    });
  });
  endsStaleSeries(victoriaMetrics);
});
