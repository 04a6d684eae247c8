import { describe, expect, it } from 'vitest';
import { filledSeconds } from '../../lib/pipeline/tick/filled-steps.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { range, START, STEP, timesOf } from './series-source-behaviour.ts';
import { AMBIGUOUS_JOIN } from './servers/ambiguous-join-behaviour.ts';
import { victoriaMetrics, writeHistory } from './servers/metric-server.ts';
import { answersRangeQueries } from './servers/range-answers-behaviour.ts';
import { sourceAt } from './servers/source-at.ts';
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

  describe('that fills its newest steps', () => {
    const STEP_SECONDS = 5;

    /** What a look sees of a server with samples every five seconds up to the present. */
    async function seenFilling(latencyOffsetSeconds: number) {
      await using server = await startServer('victoriaMetrics', { settings: { latencyOffsetSeconds } });
      const end = Math.floor(Date.now() / 1000 / STEP_SECONDS) * STEP_SECONDS;
      const start = end - 120 * STEP_SECONDS;
      const samples = Array.from(
        { length: 121 },
        (_, index) => [start + index * STEP_SECONDS, (index * 7919) % 1000] as const,
      );
      await writeHistory(server.address.url, [{ name: 'moving', labels: {}, samples }]);
      const { source } = sourceAt(server.address.url);
      const steps = { startSeconds: start, endSeconds: end, stepSeconds: STEP_SECONDS };
      const { series } = await source.queryRange({ query: 'moving', ...steps });
      return filledSeconds(series, STEP_SECONDS);
    }

    it('is recognised by as much as its latency offset', async () => {
      const filled = (await seenFilling(30)) ?? 0;
      expect(filled).toBeGreaterThanOrEqual(30 - STEP_SECONDS);
      expect(filled).toBeLessThanOrEqual(30 + STEP_SECONDS);
    });

    it('is not suspected where it has none', async () => {
      expect(await seenFilling(0)).toBe(0);
    });
  });
});
