import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundaries } from './house.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const biome = join(root, 'node_modules', '.bin', 'biome');

/** The linter is run with the repository's own rules on a folder that holds nothing but the import in question. */
let house: string;
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'tidemark-house-'));
  const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  writeFileSync(join(house, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }));
  writeFileSync(join(house, 'biome.boundaries.json'), JSON.stringify(boundaries()));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  cpSync(join(root, 'package.json'), join(house, 'package.json'));
  cpSync(join(root, 'test/architecture/pure-core.grit'), join(house, 'test/architecture/pure-core.grit'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

function lint(path: string, source: string): string {
  const file = join(house, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, source);
  const run = spawnSync(biome, ['lint', '--max-diagnostics=50', path], { cwd: house, encoding: 'utf8' });
  rmSync(file);
  return `${run.stdout}${run.stderr}`;
}

describe('the import boundaries', () => {
  it.each([
    [
      'lib/series/probe.ts',
      "import { explain } from '../detector/explanation.ts';\nexport const probe = explain;\n",
    ],
    ['lib/series/deep/probe.ts', "import { fit } from '../../prophet/fit.ts';\nexport const probe = fit;\n"],
    ['lib/detector/probe.ts', "import { fit } from '../baseline/registry.ts';\nexport const probe = fit;\n"],
    [
      'lib/detector/probe.ts',
      "import { write } from '../results/ndjson-result-store.ts';\nexport const probe = write;\n",
    ],
    [
      'lib/results/probe.ts',
      "import { tick } from '../pipeline/tick/collect-and-detect.ts';\nexport const probe = tick;\n",
    ],
    [
      'lib/pipeline/probe.ts',
      "import { compose } from '../compose/tick.ts';\nexport const probe = compose;\n",
    ],
    [
      'lib/pipeline/probe.ts',
      "import { handler } from '../../functions/collect-and-detect/handler.ts';\nexport const probe = handler;\n",
    ],
    ['lib/pipeline/probe.ts', "import { routes } from '../api/routes.ts';\nexport const probe = routes;\n"],
    [
      'lib/workflows/probe.ts',
      "import { ModelStore } from '../models/model-store.ts';\nexport const probe = ModelStore;\n",
    ],
    ['lib/compose/probe.ts', "import { routes } from '../api/routes.ts';\nexport const probe = routes;\n"],
    [
      'lib/api/routes/probe.ts',
      "import { composeApi } from '../../compose/api.ts';\nexport const probe = composeApi;\n",
    ],
    [
      'lib/cdk/probe.ts',
      "import { PrometheusSource } from '../sources/prometheus/prometheus-source.ts';\nexport const probe = PrometheusSource;\n",
    ],
    [
      'lib/dashboards/probe.ts',
      "import { faults } from '../evaluation/faults/registry.ts';\nexport const probe = faults;\n",
    ],
    [
      'lib/cdk/probe.ts',
      "import { dashboards } from '../dashboards/dashboards.ts';\nexport const probe = dashboards;\n",
    ],
    [
      'lib/compose/probe.ts',
      "import { SqliteResultStore } from '../../examples/sqlite-result-store.ts';\nexport const probe = SqliteResultStore;\n",
    ],
    [
      'examples/probe.ts',
      "import { composeTick } from '../lib/compose/tick.ts';\nexport const probe = composeTick;\n",
    ],
  ])('refuse that %s imports upwards or sideways', (path, source) => {
    expect(lint(path, source)).toContain('lint/style/noRestrictedImports');
  });

  it.each([
    ['watch', '../tick/outbox.ts'],
    ['watch', '../training/fit-metric.ts'],
    ['tick', '../training/fit-metric.ts'],
    ['tick', '../evaluation/evaluate.ts'],
    ['training', '../tick/collect-and-detect.ts'],
    ['training', '../retrain/retrain-documents.ts'],
    ['retrain', '../evaluation/evaluation-documents.ts'],
    ['retrain', '../tick/outbox.ts'],
    ['evaluation', '../tick/collect-and-detect.ts'],
    ['evaluation', '../models/compare-models.ts'],
    ['models', '../feedback/give-feedback.ts'],
    ['feedback', '../api-services.ts'],
  ])('refuse that the room %s of lib/pipeline reaches %s', (room, path) => {
    const source = `import type { Probe } from '${path}';\nexport type Known = Probe;\n`;
    expect(lint(`lib/pipeline/${room}/probe.ts`, source)).toContain(`lib/pipeline/${room} reaches only`);
  });

  it('let a room of lib/pipeline reach the rooms below it, and lib/models', () => {
    const source =
      "import type { ModelSet } from '../../models/model-set.ts';\n" +
      "import type { Baselines } from '../watch/baselines.ts';\n" +
      'export type Known = Baselines | ModelSet;\n';
    const found = lint('lib/pipeline/training/probe.ts', source);
    expect(found).not.toContain('noRestrictedImports');
    expect(found).toContain('Checked 1 file');
  });

  it('are the ones that the plan of the house gives', () => {
    const written = JSON.parse(readFileSync(join(root, 'biome.boundaries.json'), 'utf8'));
    expect(written, 'run "npm run boundaries"').toEqual(boundaries());
  });

  it.each([
    [
      'lib/detector/probe.ts',
      "import { readFileSync } from 'node:fs';\nexport const probe = readFileSync;\n",
    ],
    ['lib/series/probe.ts', "import { z } from 'zod';\nexport const probe = z;\n"],
    [
      'lib/evaluation/probe.ts',
      "import { HttpError } from '@influxdata/influxdb-client';\nexport const probe = HttpError;\n",
    ],
  ])('refuse that the pure core in %s imports from outside', (path, source) => {
    expect(lint(path, source)).toContain('is the pure core');
  });

  it.each(['Math.random()', 'Date.now()', 'new Date()'])('refuse %s in the pure core', (call) => {
    expect(lint('lib/detector/probe.ts', `export const probe = ${call};\n`)).toContain('takes time, chance');
  });

  it('let a folder import downwards and from itself', () => {
    const source =
      "import { seriesKey } from '../series/labels.ts';\nimport { explain } from './explanation.ts';\n" +
      'export const probe = [seriesKey, explain];\n';
    const found = lint('lib/detector/probe.ts', source);
    expect(found).not.toContain('noRestrictedImports');
    expect(found).toContain('Checked 1 file');
  });

  it('refuse a circle of types', () => {
    mkdirSync(join(house, 'lib/series'), { recursive: true });
    const other =
      "import type { Probe } from './probe.ts';\nexport interface Other {\n  readonly probe: Probe;\n}\n";
    writeFileSync(join(house, 'lib/series/other.ts'), other);
    const source =
      "import type { Other } from './other.ts';\nexport interface Probe {\n  readonly other: Other;\n}\n";
    expect(lint('lib/series/probe.ts', source)).toContain('noImportCycles');
  });

  it('refuse a circle of imports', () => {
    mkdirSync(join(house, 'lib/series'), { recursive: true });
    writeFileSync(
      join(house, 'lib/series/other.ts'),
      "import { probe } from './probe.ts';\nexport const other = () => probe;\n",
    );
    const found = lint(
      'lib/series/probe.ts',
      "import { other } from './other.ts';\nexport const probe = () => other;\n",
    );
    expect(found).toContain('noImportCycles');
  });
});
