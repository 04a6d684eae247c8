import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../lib/config/load.ts';
import { presetsPage } from './presets-page.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/presets.md'), 'utf8');

describe('docs/presets.md', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-page-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what the presets give (run "npm run docs:presets" when it is not)', () => {
    expect(page).toBe(presetsPage());
  });

  it('shows a configuration that is valid and does what its comments say', () => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, /```yaml\n([\s\S]*?)```/.exec(page)![1]!);
    const { metrics } = loadConfiguration({ file, environment: {} }).configuration;
    const metric = (name: string) => metrics.find((one) => one.name === name);
    expect(metric('node_cpu_steal')?.enabled).toBe(false);
    expect(metric('node_cpu_busy')?.detection.falseAlertsPerWeek).toBe(0.2);
    expect(metric('node_cpu_busy')?.unit).toBe('percentunit');
    expect(metric('postgresql_transactions')?.enabled).toBe(true);
  });
});
