import { describe, expect, it } from 'vitest';
import { cannotHave } from '../services/shared.ts';
import { range } from './series-source-behaviour.ts';
import { refusesSteps } from './servers/ambiguous-join-behaviour.ts';
import { prometheus3 } from './servers/metric-server.ts';
import { answersRangeQueries } from './servers/range-answers-behaviour.ts';
import { asksForCredentials } from './servers/secured-server-behaviour.ts';
import { endsStaleSeries } from './servers/stale-samples-behaviour.ts';

describe.skipIf(await cannotHave(...prometheus3.needs))('the source in front of Prometheus 3', () => {
  answersRangeQueries(prometheus3, (at) => {
    refusesSteps(at);

    it('have no warning for what the server adds as an info', async () => {
      const asked = { ...range, query: 'rate(pod_memory[5m])' };
      const { series, warnings } = await at().source.queryRange(asked);
      expect(series).toHaveLength(1);
      expect(warnings).toEqual([]);
    });
  });
  endsStaleSeries(prometheus3);
  asksForCredentials('prometheus3');
});
