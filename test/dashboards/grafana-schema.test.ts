import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../lib/config/load.ts';
import { configuredDashboardStore, dashboardStoreKinds } from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';

const root = join(import.meta.dirname, '../..');
const { configuration } = loadConfiguration({ file: join(root, 'config/config.yaml'), environment: {} });
/** The types that Grafana publishes of each version, as `@grafana/schema`. */
const VERSIONS = [10, 11, 12] as const;
/** The folder of the published types of a panel, and the name of the file in it. */
const PANEL_TYPES: Readonly<Record<string, string>> = {
  timeseries: 'TimeSeriesPanelCfg',
  stat: 'StatPanelCfg',
  table: 'TablePanelCfg',
  bargauge: 'BarGaugePanelCfg',
  'state-timeline': 'StateTimelinePanelCfg',
};

/** JSON has texts and numbers where the published types have members of enums. */
const PLAIN = `
type IsAny<T> = 0 extends 1 & T ? true : false;
type Plain<T> = IsAny<T> extends true ? T
  : T extends string ? \`\${T}\`
  : T extends number ? (\`\${T}\` extends \`\${infer N extends number}\` ? N : T)
  : T extends readonly (infer E)[] ? Plain<E>[]
  : T extends object ? { [K in keyof T]: Plain<T[K]> }
  : T;
`;

// biome-ignore lint/suspicious/noExplicitAny: the types of the versions are what is tested.
type Json = any;

const made: [string, Json][] = dashboardStoreKinds.flatMap((kind) =>
  Object.entries(dashboards(configuration, configuredDashboardStore(configuration, kind))).map(
    ([file, dashboard]): [string, Json] => [
      `${kind}_${file.replace('.json', '')}`,
      JSON.parse(JSON.stringify(dashboard)),
    ],
  ),
);

/** A program that compiles when the dashboards are what the version demands, and have nothing that it does not know. */
function programOf(version: number, documents: readonly [string, Json][]): string {
  const lines = [`import type { Dashboard } from 'grafana-schema-${version}';`];
  for (const [type, file] of Object.entries(PANEL_TYPES)) {
    const name = type.replaceAll(/\W/g, '');
    const path = `panel-types/${name}/panelcfg/x/${file}_types.gen`;
    const hasFieldConfig = ['timeseries', 'table', 'state-timeline'].includes(type);
    lines.push(
      hasFieldConfig
        ? `import type { Options as ${name}Options, FieldConfig as ${name}Field } from '${path}';`
        : `import type { Options as ${name}Options } from '${path}';`,
    );
  }
  // The table has its field options in the general types of every version.
  lines.push(PLAIN);
  for (const [name, document] of documents) {
    const { annotations, ...rest } = document;
    // The published types know neither the queries of data sources nor their titles here.
    const marks = annotations.list.map(({ target: _, titleFormat: __, ...mark }: Json) => mark);
    const dashboard = { ...rest, annotations: { list: marks } };
    lines.push(`export const ${name}: Plain<Dashboard> = ${JSON.stringify(dashboard, undefined, 1)};`);
    for (const { id, type, options, fieldConfig } of document.panels) {
      const panel = type.replaceAll(/\W/g, '');
      lines.push(
        `export const ${name}_${id}: Partial<Plain<${panel}Options>> = ${JSON.stringify(options ?? {})};`,
      );
      const custom = fieldConfig?.defaults?.custom;
      if (custom !== undefined && type !== 'table')
        lines.push(
          `export const ${name}_${id}_field: Partial<Plain<${panel}Field>> = ${JSON.stringify(custom)};`,
        );
    }
  }
  return lines.join('\n');
}

describe.each(VERSIONS)('the dashboards in Grafana %i', (version) => {
  let directory: string;
  beforeAll(async () => {
    // Below the packages, so that their types are found.
    const cache = join(root, 'node_modules/.cache');
    await mkdir(cache, { recursive: true });
    directory = await mkdtemp(join(cache, 'grafana-schema-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const faultsOf = async (documents: readonly [string, Json][]): Promise<string> => {
    const published = join(root, `node_modules/grafana-schema-${version}`);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2024',
      types: [],
      // The types of the panels import the package under its own name.
      paths: {
        '@grafana/schema': [published],
        'panel-types/*': [join(published, 'dist/esm/raw/composable/*')],
      },
    };
    await writeFile(
      join(directory, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['made.ts'] }),
    );
    await writeFile(join(directory, 'made.ts'), programOf(version, documents));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', directory], {
      maxBuffer: 1e8,
    }).catch((error: { stdout: string }) => error);
    return stdout;
  };

  it('are what its published types demand, with nothing that it does not know', async () => {
    expect(made.length).toBeGreaterThan(6);
    expect(await faultsOf(made)).toBe('');
  });

  it.each<[string, (dashboard: Json) => void]>([
    ['a key that no version has', (dashboard) => (dashboard.panels[0].surprise = 1)],
    ['a width that is no number', (dashboard) => (dashboard.panels[0].gridPos.w = 'wide')],
    [
      'a variable of a type that does not exist',
      (dashboard) => (dashboard.templating.list[0].type = 'other'),
    ],
    ['an option that its panel does not have', (dashboard) => (dashboard.panels[0].options.surprise = 1)],
  ])('would fail with %s', async (_, spoil) => {
    const spoiled = structuredClone(made.slice(0, 1));
    spoil(spoiled[0]![1]);
    expect(await faultsOf(spoiled)).toContain('error TS');
  });
});
