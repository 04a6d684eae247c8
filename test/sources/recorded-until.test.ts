import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ConnectionWatch } from '../../lib/connections/connection-watch.ts';
import { csvSource } from '../../lib/sources/csv/csv-source.ts';
import { labelKeepingSource } from '../../lib/sources/label-keeping-source.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';
import { watchedSource } from '../../lib/sources/watched-source.ts';

const wrapped = (source: Parameters<typeof labelKeepingSource>[0]) =>
  watchedSource(labelKeepingSource(source), new ConnectionWatch().of('source', source.name));

it('a recording says when its newest sample was, also through what is wrapped around it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-recorded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'load.csv');
  writeFileSync(path, 'timestamp,host,value\n1772000000,a,1\n1772000900,b,2\n1772000300,a,3\n');
  const source = csvSource({
    path,
    timeColumn: 'timestamp',
    valueColumn: 'value',
    labelColumns: ['host'],
    timeZone: 'UTC',
  });
  expect(await wrapped(source).recordedUntilSeconds?.()).toBe(1_772_000_900);
});

it('a source that goes on has no end', () => {
  expect(wrapped(new SimulationSource(() => [])).recordedUntilSeconds).toBeUndefined();
});
