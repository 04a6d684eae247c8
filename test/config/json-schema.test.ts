import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { editorJsonSchema, type JsonSchema } from '../../lib/config/json-schema.ts';

const file = new URL('../../config/schema.json', import.meta.url);

/** The paths of the keys that have no description. */
function undescribed(schema: JsonSchema, path = ''): string[] {
  const options = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, child]) => [
    ...(child.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(child, `${path}.${key}`),
  ]);
  return [...own, ...options.flatMap((option) => undescribed(option, path))];
}

describe('config/schema.json', () => {
  it('is the schema of the code (run npm run schema when it is not)', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(editorJsonSchema())));
  });

  it('describes every key', () => {
    expect(undescribed(editorJsonSchema())).toEqual([]);
  });

  it.each([
    'config.yaml',
    'influxdb.yaml',
    'grafana.yaml',
    'profiles/balanced.yaml',
    'profiles/high-frequency.yaml',
    'profiles/resource-constrained.yaml',
    'profiles/high-accuracy.yaml',
  ])('accepts %s as an editor sees it, before layers are merged and variables replaced', (name) => {
    const text = readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')));
    expect(schema.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
    expect(schema.safeParse({ ...parse(text), shedule: {} }).success).toBe(false);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.{1,2}\/schema\.json\n/);
  });
});
