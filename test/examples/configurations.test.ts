import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { validate } from '../../bin/commands/validate.ts';
import { loadConfiguration } from '../../lib/config/load.ts';

const folder = join(import.meta.dirname, '../../examples/configurations');
const names = globSync('*.yaml', { cwd: folder }).sort();
const schema = z.fromJSONSchema(JSON.parse(readFileSync(join(folder, '../../config/schema.json'), 'utf8')));
const load = (name: string) => loadConfiguration({ file: join(folder, name), environment: {} }).configuration;

describe('the example configurations', () => {
  it('are one for each kind of server', () => {
    expect(names).toEqual([
      'amazon-managed-prometheus.yaml',
      'mimir.yaml',
      'prometheus-only.yaml',
      'prometheus.yaml',
      'thanos.yaml',
      'victoriametrics.yaml',
    ]);
  });

  it.each(names)('%s passes "tidemark validate", without a variable of the environment', (name) => {
    const output: string[] = [];
    const write = (text: string) => output.push(text);
    const code = validate(
      join(folder, name),
      {},
      { write, writeError: write, environment: {}, isTerminal: false },
    );
    expect(output.join('')).toContain(`${name} is valid.`);
    expect(code).toBe(0);
  });

  it.each(names)('%s is completed and checked by an editor', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/config\/schema\.json\n/);
    expect(schema.safeParse(parse(text)).error?.issues ?? []).toEqual([]);
  });

  it.each(names)('%s holds no secret, only references', (name) => {
    const { source } = load(name);
    const auth = source.kind === 'prometheus' ? source.auth : { kind: 'none' as const };
    const secret = auth.kind === 'basic' ? auth.password : auth.kind === 'bearer' ? auth.token : undefined;
    for (const reference of secret === undefined ? [] : [secret])
      expect(Object.keys(reference)[0]).toMatch(/^(?:secretsManager|ssm)$/);
  });

  it('sign requests to Amazon Managed Prometheus, and name the tenant to Mimir and Thanos', () => {
    expect(load('amazon-managed-prometheus.yaml').source).toMatchObject({
      auth: { kind: 'sigv4', service: 'aps', region: 'eu-central-1' },
    });
    expect(load('mimir.yaml').source).toMatchObject({ headers: { 'X-Scope-OrgID': 'platform' } });
    expect(load('thanos.yaml').source).toMatchObject({ headers: { 'THANOS-TENANT': 'platform' } });
  });

  it('write results to InfluxDB 2, to S3, and back to Prometheus', () => {
    expect(load('prometheus-only.yaml').results).toMatchObject({
      kind: 'prometheus-remote-write',
      url: expect.stringMatching(/\/api\/v1\/write$/),
    });
    expect(load('prometheus.yaml').results.kind).toBe('influxdb');
    expect(load('amazon-managed-prometheus.yaml').results).toMatchObject({
      kind: 'ndjson',
      directory: expect.stringMatching(/^s3:/),
    });
  });
});
