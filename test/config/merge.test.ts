import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from '../../lib/config/merge.ts';
import { readYaml } from '../../lib/config/read-yaml.ts';
import { type Tree, toPlain } from '../../lib/config/tree.ts';

function treeOf(text: string): Tree {
  const { tree, problems } = readYaml('test.yaml', text, {});
  expect(problems).toEqual([]);
  return tree!;
}
const merged = (...layers: string[]) => toPlain(layers.map(treeOf).reduce(merge));

describe('merging', () => {
  it('merges mappings key by key and replaces lists and scalars', () => {
    expect(merged('{a: {b: 1, c: [1, 2]}, d: 1}', '{a: {b: 2, c: [3]}, e: 1}')).toEqual({
      a: { b: 2, c: [3] },
      d: 1,
      e: 1,
    });
  });

  it('merges metrics by name, in their places, and adds new ones behind', () => {
    const lower = 'metrics: [{name: a, query: x, labels: [i, j]}, {name: b, query: y}]';
    expect(
      merged(lower, 'metrics: [{name: b, unit: s}, {name: c, query: z}, {name: a, labels: [k]}]'),
    ).toEqual({
      metrics: [
        { name: 'a', query: 'x', labels: ['k'] },
        { name: 'b', query: 'y', unit: 's' },
        { name: 'c', query: 'z' },
      ],
    });
  });

  it('keeps two metrics of one name of one layer apart, so that they can be refused', () => {
    expect(merged('{}', 'metrics: [{name: a}, {name: a}]')).toEqual({
      metrics: [{ name: 'a' }, { name: 'a' }],
    });
    expect(merged('metrics: [{name: a}]', 'metrics: [{name: a}, {name: a}]')).toEqual({
      metrics: [{ name: 'a' }, { name: 'a' }],
    });
  });

  it('replaces a section of another kind whole, and merges one of the same kind', () => {
    expect(merged('source: {kind: prometheus, url: u}', 'source: {kind: simulation}')).toEqual({
      source: { kind: 'simulation' },
    });
    expect(merged('source: {kind: prometheus, url: u}', 'source: {kind: prometheus, retries: 1}')).toEqual({
      source: { kind: 'prometheus', url: 'u', retries: 1 },
    });
  });

  it('replaces a copy of the results of another kind whole, and merges one of the same kind', () => {
    const lower = 'resultCopies: {a: {kind: influxdb, url: u}}';
    expect(merged(lower, 'resultCopies: {a: {kind: ndjson}, b: {kind: log}}')).toEqual({
      resultCopies: { a: { kind: 'ndjson' }, b: { kind: 'log' } },
    });
    expect(merged(lower, 'resultCopies: {a: {kind: influxdb, retries: 1}}')).toEqual({
      resultCopies: { a: { kind: 'influxdb', url: 'u', retries: 1 } },
    });
  });

  it('replaces a reference to a secret whole', () => {
    expect(merged('token: {secretsManager: s, field: f}', 'token: {env: T}')).toEqual({
      token: { env: 'T' },
    });
  });

  it('lets an explicit null take back what a lower layer says', () => {
    expect(merged('{a: {b: 1, c: 2}}', 'a: {b: null}')).toEqual({ a: { c: 2 } });
  });

  it('is associative where each key keeps its type, and an empty layer changes nothing', () => {
    // A key that is a mapping in one layer and a scalar in the next can't be: what lies between is lost or not.
    const scalars = fc.record({ a: fc.integer(), b: fc.boolean() }, { requiredKeys: [] });
    const lists = fc.record({ list: fc.array(fc.integer(), { maxLength: 2 }) }, { requiredKeys: [] });
    const metric = fc
      .tuple(fc.constantFrom('x', 'y', 'z'), scalars)
      .map(([name, settings]) => ({ name, detection: settings }));
    const metrics = fc.uniqueArray(metric, { selector: ({ name }) => name, maxLength: 3 });
    const layer = fc
      .record(
        { deep: fc.record({ deeper: scalars, lists }, { requiredKeys: [] }), metrics, scalars },
        { requiredKeys: [] },
      )
      .map((plain) => treeOf(JSON.stringify(plain)));
    fc.assert(
      fc.property(layer, layer, layer, (one, two, three) => {
        const empty = treeOf('{}');
        expect(toPlain(merge(merge(one, two), three))).toEqual(toPlain(merge(one, merge(two, three))));
        expect(toPlain(merge(empty, one))).toEqual(toPlain(one));
        expect(toPlain(merge(one, empty))).toEqual(toPlain(one));
        expect(toPlain(merge(one, one))).toEqual(toPlain(one));
      }),
    );
  });
});
