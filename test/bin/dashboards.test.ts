import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dashboardsCommand } from '../../bin/commands/dashboards.ts';
import { FakeGrafana } from '../dashboards/fake-grafana.ts';

const root = join(import.meta.dirname, '../..');
let directory: string;
let printed: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidemark-dashboards-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const run = (...parameters: string[]) =>
  dashboardsCommand().enablePositionalOptions().parseAsync(parameters, { from: 'user' });
const configurationFile = () => {
  const file = join(directory, 'own.yaml');
  writeFileSync(
    file,
    `source: { kind: simulation }
metrics: [{ name: cpu }]
results: { kind: influxdb, url: http://127.0.0.1:8086, token: { env: TOKEN } }
grafana: { token: { env: OWN_GRAFANA_TOKEN }, dashboard: { title: Own } }
`,
  );
  return file;
};

describe('tidemark dashboards', () => {
  it('writes a provisioning folder, and prints the line that starts Grafana with it', async () => {
    const folder = join(directory, 'grafana');
    await run('--config', configurationFile(), '--provisioning', folder);
    expect(globSync('**/*.*', { cwd: folder }).sort()).toEqual(
      [
        'alerting/tidemark-contact-points.yaml.example',
        'alerting/tidemark-rules.yaml',
        ...['accuracy', 'metric', 'models', 'operations', 'overview'].map(
          (name) => `dashboards/tidemark/${name}.json`,
        ),
        'dashboards/tidemark.yaml',
        'datasources/tidemark.yaml',
      ].sort(),
    );
    expect(printed).toContain(`GF_PATHS_PROVISIONING=${folder} grafana server`);
  });

  it('writes the dashboards of the chosen store alone', async () => {
    await run('--config', configurationFile(), '--store', 'prometheus', '--directory', directory);
    expect(globSync('*.json', { cwd: directory }).sort()).toEqual([
      'accuracy.json',
      'metric.json',
      'models.json',
      'operations.json',
      'overview.json',
    ]);
    expect(readFileSync(join(directory, 'metric.json'), 'utf8')).toContain('tidemark_value');
  });

  it('pushes with the options of the push, and shows what a dry run would send', async () => {
    vi.stubEnv('OWN_GRAFANA_TOKEN', 'right');
    await using grafana = await FakeGrafana.start();
    const push = ['push', '--config', configurationFile(), '--grafana', grafana.url];
    await run(...push, '--dry-run');
    expect(grafana.writes).toEqual([]);
    expect(printed).toMatch(/created .*dashboard Own: metric[\s\S]*Nothing was sent/);
    await run(...push);
    expect([...grafana.dashboards.keys()]).toContain('tidemark-overview');
  });
});

describe('docs/dashboards.md', () => {
  const page = readFileSync(join(root, 'docs/dashboards.md'), 'utf8');

  it('has a row for every generated dashboard, and names every file of the provisioning folder', () => {
    for (const file of globSync('config/dashboards/influxdb/*.json', { cwd: root })) {
      const { title } = JSON.parse(readFileSync(join(root, file), 'utf8'));
      const name = title.replace('Tidemark: ', '');
      expect(page.toLowerCase()).toContain(`| ${name} `);
    }
    for (const name of ['datasources/', 'dashboards/', 'alerting/']) expect(page).toContain(name);
  });

  it('is where README.md leads', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('(docs/dashboards.md)');
  });
});
