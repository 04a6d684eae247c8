import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
/** Where keys are defined and described, which is not a reading. */
const DEFINITIONS = join('lib', 'config', 'schema');

/** Keys that the rest of the code does not read under their own name, each with the reason. */
const UNREAD: Readonly<Record<string, string>> = {
  'limits.seriesPerMetric': 'the schema makes it the seriesLimit of every metric',
};

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly [keyword: string]: unknown;
}

/** The paths of keys that hold no keys themselves, with the name by which the code knows them. */
function leaves(schema: JsonSchema, path = ''): { readonly path: string; readonly name: string }[] {
  const branches = [schema, ...['anyOf', 'oneOf', 'allOf'].flatMap((word) => branchesOf(schema[word]))];
  const items = branchesOf([schema.items, schema.additionalProperties]);
  const own = branches.flatMap(({ properties = {} }) => Object.entries(properties));
  if (branches.length > 1 && own.length === 0)
    return branches.slice(1).flatMap((branch) => leaves(branch, path));
  if (own.length === 0) return items.flatMap((item) => leaves(item, path));
  return own.flatMap(([key, value]) => {
    const below = leaves(value, `${path}.${key}`);
    if (below.length > 0) return below;
    return [{ path: `${path}.${key}`.slice(1), name: isDuration(value) ? `${key}Seconds` : key }];
  });
}

function branchesOf(value: unknown): JsonSchema[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'object' && one !== null);
}

function isDuration(schema: JsonSchema): boolean {
  const titles = [schema, ...branchesOf(schema.anyOf)].map(({ title }) => title);
  return titles.includes('duration') || titles.includes('point in time');
}

function sources(): string {
  const files = ['lib', 'bin', 'functions'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  return files
    .filter((file) => /\.(ts|js|mjs)$/.test(file) && !file.startsWith(DEFINITIONS))
    .map((file) => withoutComments(readFileSync(join(REPOSITORY, file), 'utf8')))
    .join('\n');
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

describe('the keys of the configuration', () => {
  const schema: JsonSchema = JSON.parse(readFileSync(join(REPOSITORY, 'config/schema.json'), 'utf8'));
  const code = sources();

  const keys = leaves(schema);
  const unread = keys.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(code)).map(({ path }) => path);

  it('are found in the schema', () => {
    expect(keys.length).toBeGreaterThan(120);
    const names = keys.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['intervalSeconds', 'falseAlertsPerWeek', 'responseMegabytes']),
    );
  });

  it('are each read by the code that they promise something about', () => {
    expect([...new Set(unread)].filter((path) => UNREAD[path] === undefined)).toEqual([]);
  });

  it('are excused for a reason that still holds', () => {
    expect(Object.keys(UNREAD).filter((path) => !unread.includes(path))).toEqual([]);
  });
});
