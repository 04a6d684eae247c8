import { describe } from 'vitest';
import { cannotHave } from '../services/shared.ts';
import { refusesSteps } from './servers/ambiguous-join-behaviour.ts';
import { prometheus2 } from './servers/metric-server.ts';
import { answersRangeQueries } from './servers/range-answers-behaviour.ts';
import { asksForCredentials } from './servers/secured-server-behaviour.ts';
import { endsStaleSeries } from './servers/stale-samples-behaviour.ts';

describe.skipIf(await cannotHave(...prometheus2.needs))('the source in front of Prometheus 2', () => {
  answersRangeQueries(prometheus2, refusesSteps);
  endsStaleSeries(prometheus2);
  asksForCredentials('prometheus');
});
