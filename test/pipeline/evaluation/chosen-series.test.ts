import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosenSeries } from '../../../lib/pipeline/evaluation/chosen-series.ts';
import type { Series } from '../../../lib/series/series.ts';

const samples = { timesSeconds: new Float64Array(), values: new Float64Array() };
const seriesOf = (...hosts: readonly string[]): Series[] =>
  hosts.map((host) => ({ labels: { host, job: 'node' }, samples }));
const hostsOf = (series: readonly Series[]) => series.map(({ labels }) => labels.host);

describe('chosenSeries', () => {
  it('takes those with every label that is asked for', () => {
    const all = [...seriesOf('a', 'b'), { labels: { host: 'a', job: 'other' }, samples }];
    const { chosen, matching } = chosenSeries(all, { host: 'a', job: 'node' }, 10);
    expect(chosen.map(({ labels }) => labels)).toEqual([{ host: 'a', job: 'node' }]);
    expect(matching).toBe(1);
    expect(chosenSeries(all, { zone: 'x' }, 10)).toEqual({ chosen: [], matching: 0 });
  });

  it('spreads a few over all of them', () => {
    const all = seriesOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i');
    expect(hostsOf(chosenSeries(all, undefined, 3).chosen)).toEqual(['b', 'e', 'h']);
    expect(hostsOf(chosenSeries(all, undefined, 1).chosen)).toEqual(['e']);
  });

  it('chooses the same whatever the order, each once, and as many as are asked for or there', () => {
    const hosts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 30 });
    fc.assert(
      fc.property(hosts, fc.integer({ min: 1, max: 40 }), (names, most) => {
        const { chosen, matching } = chosenSeries(seriesOf(...names), undefined, most);
        expect(chosen).toHaveLength(Math.min(most, names.length));
        expect(new Set(hostsOf(chosen)).size).toBe(chosen.length);
        expect(matching).toBe(names.length);
        expect(hostsOf(chosenSeries(seriesOf(...names.toReversed()), undefined, most).chosen)).toEqual(
          hostsOf(chosen),
        );
      }),
    );
  });
});
