import { describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { FallbackSource } from '../../lib/sources/fallback-source.ts';
import type { RangeResult, SeriesSource } from '../../lib/sources/series-source.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';

const range = { query: 'cpu', startSeconds: 0, endSeconds: 120, stepSeconds: 60 };

/** A source whose next answers are given. */
function scripted(...answers: (RangeResult | Error)[]): SeriesSource {
  return {
    name: 'prometheus',
    isSimulated: false,
    queryRange: async () => {
      const answer = answers.shift();
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    check: async () => ({ service: 'prometheus', isUp: false, detail: 'away' }),
  };
}

const simulation = new SimulationSource(() => cpuScenario(1, 2));
const real: RangeResult = { series: [], warnings: ['partial'] };

describe('a source with a fallback', () => {
  it('gives the real answer, unmarked, while it is there', async () => {
    expect(await new FallbackSource(scripted(real), simulation).queryRange(range)).toBe(real);
  });

  it('gives marked, simulated series while it is away, says why, and returns to the real ones', async () => {
    const source = new FallbackSource(scripted(new SourceUnavailableError('no route'), real), simulation);
    const fallback = await source.queryRange(range);
    expect(fallback.isSimulated).toBe(true);
    expect(fallback.series).toHaveLength(2);
    expect(fallback.warnings).toEqual(['simulation replaces prometheus, which is unavailable: no route']);
    expect((await source.queryRange(range)).isSimulated).toBeUndefined();
  });

  it.each([new SourceQueryError('parse error'), new TypeError('a bug')])(
    'does not hide %s',
    async (error) => {
      await expect(new FallbackSource(scripted(error), simulation).queryRange(range)).rejects.toBe(error);
    },
  );

  it('reports the state of the real source', async () => {
    expect(await new FallbackSource(scripted(), simulation).check()).toMatchObject({ isUp: false });
  });
});
