import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { alertRecord, verdictRecord } from '../contract/verdict-records.ts';

const root = join(import.meta.dirname, '../..');
const entry = join(root, 'bin/tidemark.ts');

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-cli-'));
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      'source: { kind: simulation, hosts: 2 }',
      'metrics: [{ name: cpu_usage }]',
      'schedule: { step: 1s, interval: 1m }',
      'results: { kind: ndjson, directory: results }',
      'models: { kind: filesystem, directory: models }',
      '',
    ].join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, TIDEMARK_CONFIG: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<Run>((resolve) => {
    child.once('close', (code) => resolve({ code, output, errors }));
  });
  return { child, ended };
}

const tidemark = (...args: string[]) => start(args).ended;
const escapeCharacter = String.fromCharCode(27);

describe('tidemark', () => {
  it('shows its commands with examples', async () => {
    const { code, output } = await tidemark('--help');
    expect(code).toBe(0);
    for (const word of [
      'demo',
      'validate',
      'train',
      'model ',
      'models',
      'monitor',
      'status',
      'Examples:',
      'Exit codes:',
    ]) {
      expect(output).toContain(word);
    }
  });

  it('answers an unknown command with the help that there is, and fails', async () => {
    const { code, errors } = await tidemark('watch');
    expect(code).toBe(1);
    expect(errors).toContain("unknown command 'watch'");
    expect(errors).not.toContain('    at ');
  });

  it('demo trains its models, finds what it injected, says so, and writes its verdicts to files, without colour off a terminal', async () => {
    const { code, output } = await tidemark('demo', '--fast');
    expect(code).toBe(0);
    expect(output).not.toContain(escapeCharacter);
    const [, found, injected, falseAlerts] =
      /(\d+) of (\d+) injected incidents found, (\d+) false/.exec(output) ?? [];
    expect(output).toContain('6 new models (6 prophet)');
    expect(Number(found)).toBe(6);
    expect(Number(injected)).toBe(6);
    expect(Number(falseAlerts)).toBeLessThanOrEqual(1);
    const lines = readFileSync(join(folder, '.tidemark/demo/results/verdicts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ measurement }) => measurement === 'verdict').length).toBeGreaterThan(3000);
    expect(
      records.every(
        ({ measurement, isSimulated }) =>
          ['tick', 'tick_outcome', 'metric_state', 'health'].includes(String(measurement)) ||
          isSimulated === true,
      ),
    ).toBe(true);
  });

  it('demo --json gives the same outcome each time', async () => {
    const runs = [await tidemark('demo', '--json'), await tidemark('demo', '--json')];
    const [one, other] = runs.map(
      ({ output }) => JSON.parse(output) as { outcomes: unknown[]; found: number },
    );
    expect(one).toEqual(other);
    expect(one?.outcomes).toHaveLength(6);
  });

  it('train puts models in use and says why, and models list and rollback go through the versions', async () => {
    writeFileSync(
      join(folder, 'train.yaml'),
      [
        'source: { kind: simulation, hosts: 2 }',
        'metrics: [{ name: cpu_usage }]',
        'schedule: { step: 5m, interval: 5m }',
        'models: { kind: filesystem, directory: trained }',
        '',
      ].join('\n'),
    );
    const at = ['--config', 'train.yaml'];
    const first = await tidemark('train', 'cpu_usage', ...at, '--to', '2026-03-02T00:00:00Z');
    expect(first.code, first.errors).toBe(0);
    expect(first.output).toMatch(/cpu_usage {2}promoted {2}20260302T000000Z-[0-9a-f]{8}/);
    expect(first.output).toMatch(/replay of the held-out end: [\d.]+ alerts a series and week$/m);
    expect(first.output).not.toContain(escapeCharacter);
    expect(first.errors).toContain('cpu_usage: fitting 2 series');
    const second = await tidemark('train', 'cpu_usage', ...at, '--to', '2026-03-03T00:00:00Z', '--json');
    const { metrics } = JSON.parse(second.output) as {
      metrics: {
        version: string;
        series: {
          kind: string;
          reasons: string[];
          candidate: { coverage: number; falseAlertsPerWeek: number };
        }[];
      }[];
    };
    expect(metrics[0]?.series).toHaveLength(2);
    for (const { reasons, candidate } of metrics[0]?.series ?? []) {
      expect(reasons.join()).not.toBe('');
      expect(candidate.falseAlertsPerWeek).toBeGreaterThanOrEqual(0);
      expect(candidate.coverage).toBeGreaterThan(0.5);
    }
    const listed = JSON.parse((await tidemark('models', 'list', ...at, '--json')).output) as {
      metrics: { champion: string; versions: string[] }[];
    };
    expect(listed.metrics).toMatchObject([{ metric: 'cpu_usage', champion: metrics[0]?.version }]);
    expect(listed.metrics[0]?.versions).toHaveLength(2);
    const shown = await tidemark('models', 'show', 'cpu_usage', ...at);
    for (const word of [`cpu_usage ${metrics[0]?.version}`, '2026-02-16', 'configuration', 'augurs', 'skill'])
      expect(shown.output).toContain(word);
    const [, older = ''] = listed.metrics[0]?.versions ?? [];
    const asJson = JSON.parse((await tidemark('models', 'show', 'cpu_usage', older, ...at, '--json')).output);
    expect(asJson).toMatchObject({
      version: older,
      series: [{ kind: expect.any(String) }, { skill: expect.any(Number) }],
    });
    const ofOlder = await tidemark('model', 'show', 'cpu_usage', '--of', older, ...at, '--json');
    expect(JSON.parse(ofOlder.output)).toMatchObject([{ version: older }, { version: older }]);
    const diff = await tidemark('models', 'diff', 'cpu_usage', ...at);
    expect(diff.output).toContain(`${older} -> ${metrics[0]?.version}`);
    expect(diff.output).toMatch(/history until +2026-03-02 00:00 UTC -> 2026-03-03 00:00 UTC/);
    const compared = JSON.parse(
      (await tidemark('models', 'diff', 'cpu_usage', older, older, ...at, '--json')).output,
    );
    expect(compared.series).toMatchObject([{ change: 'same' }, { change: 'same' }]);
    const none = await tidemark('models', 'show', 'cpu_usage', 'yesterday', ...at);
    expect(none.code).toBe(1);
    expect(none.errors).toContain(`has no version yesterday: its versions are ${metrics[0]?.version}`);
    const back = await tidemark('models', 'rollback', 'cpu_usage', ...at);
    expect(back.output).toContain('cpu_usage was rolled back to 20260302T000000Z');
    const again = await tidemark('models', 'rollback', 'cpu_usage', ...at);
    expect(again.code).toBe(1);
    expect(again.errors).toContain('there is none');
    const alone = await tidemark('models', 'diff', 'cpu_usage', ...at);
    expect(alone.code).toBe(1);
    expect(alone.errors).toContain('no version before its champion to compare with');
  });

  it('train learns from a CSV file, and model show describes what was learnt', async () => {
    const start = Date.UTC(2026, 1, 16) / 1000;
    const rows = Array.from({ length: 14 * 288 }, (_, index) => {
      const time = start + index * 300;
      const value = 40 + 12 * Math.sin((time / 86_400) * 2 * Math.PI) + ((index * 7919) % 11) / 10;
      return `${new Date(time * 1000).toISOString()},db-1,${value.toFixed(3)}`;
    });
    writeFileSync(join(folder, 'history.csv'), `timestamp,host,value\n${rows.join('\n')}\n`);
    writeFileSync(
      join(folder, 'csv.yaml'),
      'source: { kind: simulation }\nmetrics: [{ name: load, query: node_load1 }, { name: other, query: up }]\nmodels: { directory: from-csv }\n',
    );
    const from = ['--csv', 'history.csv', '--series-columns', 'host', '--config', 'csv.yaml'];
    const several = await tidemark('train', 'load', 'other', ...from);
    expect(several.code).toBe(1);
    expect(several.errors).toContain('name one, as in "tidemark train load');
    const { code, output, errors } = await tidemark('train', 'load', ...from);
    expect(code, errors).toBe(0);
    expect(output).toMatch(/load {2}promoted {2}20260302T000000Z/);
    const shown = await tidemark('model', 'show', 'load', 'db-1', '--config', 'csv.yaml', '--json');
    const model = JSON.parse(shown.output) as {
      kind: string;
      labels: object;
      skill: number;
      description: { seasonalities: { name: string; amplitude: number; peakSeconds: number }[] };
    };
    expect(model).toMatchObject({ kind: 'prophet', labels: { host: 'db-1' } });
    expect(model.skill).toBeGreaterThan(0.9);
    const daily = model.description.seasonalities.find(({ name }) => name === 'daily');
    expect(daily?.amplitude).toBeGreaterThan(11);
    expect(daily?.amplitude).toBeLessThan(13);
    expect(Math.abs((daily?.peakSeconds ?? 0) - 6 * 3600)).toBeLessThan(1800);
    const text = await tidemark('model', 'show', 'load', 'db-1', '--config', 'csv.yaml');
    for (const word of [
      'trend',
      'daily',
      'noise',
      'decision',
      'history',
      '100.0% complete',
      'alerts a week',
    ]) {
      expect(text.output).toContain(word);
    }
    const nothing = await tidemark('model', 'show', 'load', 'db-7', '--config', 'csv.yaml');
    expect(nothing.code).toBe(1);
    expect(nothing.errors).toContain('no series with "db-7"');
  });

  it('train needs neither a configuration nor a server for a CSV file, and names the metric after it', async () => {
    const rows = Array.from(
      { length: 1000 },
      (_, index) => `${1_772_000_000 + index * 300},${(index * 37) % 11}`,
    );
    writeFileSync(join(folder, 'disk usage.csv'), `timestamp,value\n${rows.join('\n')}\n`);
    const { code, output, errors } = await tidemark('train', '--csv', 'disk usage.csv');
    expect(code, errors).toBe(0);
    expect(output).toMatch(/^disk_usage {2}promoted/);
  });

  it('monitor --once scores what is due, and a second run goes on where the first one ended', async () => {
    const first = await tidemark('monitor', '--config', 'config.yaml', '--once', '--json');
    expect(first.code, first.errors).toBe(0);
    interface Summary {
      readonly timeSeconds: number;
      readonly verdictsWritten: number;
    }
    const summary: Summary = JSON.parse(first.output);
    expect(summary).toMatchObject({ seriesScored: 2, verdictsWritten: 2 * 3600 });
    const second = await tidemark('monitor', '--config', 'config.yaml', '--once', '--json');
    const next: Summary = JSON.parse(second.output);
    // A step a second and two series, however much later the second run came.
    const steps = Math.floor(next.timeSeconds) - Math.floor(summary.timeSeconds);
    expect(next.verdictsWritten).toBe(2 * steps);
  });

  it('status reports how the parts are and up to when a metric was scored', async () => {
    await tidemark('monitor', '--config', 'config.yaml', '--once');
    const { code, output } = await tidemark('status', '--config', 'config.yaml', '--json');
    expect(code).toBe(0);
    const { connections, metrics } = JSON.parse(output) as {
      connections: { isUp: boolean }[];
      metrics: { name: string; series: number }[];
    };
    expect(connections.every(({ isUp }) => isUp)).toBe(true);
    expect(metrics).toMatchObject([{ name: 'cpu_usage', series: 2 }]);
  });

  it('status reports what the ticks saw of each connection, though it answers now', async () => {
    const stored = join(folder, 'models/health/shard-0.json');
    await tidemark('monitor', '--config', 'config.yaml', '--once');
    const before = await tidemark('status', '--config', 'config.yaml', '--json');
    const { connections } = JSON.parse(before.output) as { connections: object[] };
    expect(connections).toContainEqual(
      expect.objectContaining({
        role: 'source',
        isUp: true,
        overTicks: expect.objectContaining({ state: 'up' }),
      }),
    );
    const health = JSON.parse(readFileSync(stored, 'utf8'));
    const source = health.connections.find(({ role }: { role: string }) => role === 'source');
    const sinceSeconds = source.sinceSeconds;
    Object.assign(source, {
      state: 'down',
      trouble: { state: 'down', sinceSeconds, ticks: 4, troubles: 16, reason: 'it hangs' },
    });
    writeFileSync(stored, JSON.stringify(health));
    const { code, output } = await tidemark('status', '--config', 'config.yaml');
    expect(code).toBe(1);
    expect(output).toMatch(/down for the ticks since .*, 4 ticks: it hangs/);
    rmSync(stored);
  });

  it('status says when no tick has run yet', async () => {
    writeFileSync(
      join(folder, 'new.yaml'),
      'source: { kind: simulation }\nmetrics: [{ name: cpu }]\nmodels: { directory: .tidemark/never }\n',
    );
    const { code, output } = await tidemark('status', '--config', 'new.yaml');
    expect(code).toBe(0);
    expect(output).toContain('No tick has run here yet');
  });

  it('status fails and names what is down', async () => {
    writeFileSync(
      join(folder, 'down.yaml'),
      'source: { url: "http://127.0.0.1:9", retries: 0 }\nmetrics: [{ name: up, query: up }]\n',
    );
    const { code, output } = await tidemark('status', '--config', 'down.yaml');
    expect(code).toBe(1);
    expect(output).toMatch(/prometheus\s+down/);
  });

  it('monitor with low latency scores each step as it becomes due, and ends on Ctrl-C with its state saved', async () => {
    writeFileSync(
      join(folder, 'low.yaml'),
      [
        'source: { kind: simulation, hosts: 2 }',
        'metrics: [{ name: cpu_usage }]',
        'schedule: { step: 1s, interval: 1m, latency: low, warmUp: 0s, maximumCatchUp: 2m }',
        'results: { kind: ndjson, directory: low/results }',
        'models: { kind: filesystem, directory: low/models }',
        '',
      ].join('\n'),
    );
    const { child, ended } = start(['monitor', '--config', 'low.yaml', '--json']);
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      if (seen.split('\n').length > 4) child.kill('SIGINT');
    });
    const { code, output } = await ended;
    expect(code).toBe(130);
    const ticks: { verdictsWritten: number }[] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const lines = readFileSync(join(folder, 'low/results/verdicts.ndjson'), 'utf8').split('\n');
    const verdicts = lines.filter((line) => line.startsWith('{"measurement":"verdict"'));
    expect(verdicts).toHaveLength(ticks.reduce((sum, { verdictsWritten }) => sum + verdictsWritten, 0));
    expect(new Set(verdicts).size).toBe(verdicts.length);
    const times = [...new Set(verdicts.map((line) => Number(JSON.parse(line).timeSeconds)))];
    expect(times).toEqual(times.map((_, index) => times[0]! + index));
    const status = await tidemark('status', '--config', 'low.yaml', '--json');
    const saved = new Date(times.at(-1)! * 1000).toISOString().replace('.000', '');
    expect(status.output).toContain(`"scoredUpTo": "${saved}"`);
  });

  it('monitor ends on Ctrl-C with its state saved', async () => {
    const { child, ended } = start(['monitor', '--config', 'config.yaml', '--json']);
    await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
    child.kill('SIGINT');
    const { code, output, errors } = await ended;
    expect(code).toBe(130);
    expect(errors).not.toContain('    at ');
    const ticks = output.trim().split('\n');
    const { timeSeconds } = JSON.parse(ticks.at(-1)!) as { timeSeconds: number };
    const status = await tidemark('status', '--config', 'config.yaml', '--json');
    const [metric] = (JSON.parse(status.output) as { metrics: { scoredUpTo: string }[] }).metrics;
    const behindSeconds = timeSeconds - Date.parse(metric?.scoredUpTo ?? '') / 1000;
    expect(behindSeconds).toBeGreaterThanOrEqual(0);
    expect(behindSeconds).toBeLessThan(60);
  });

  it('explains an invalid configuration in a way that a person can act on, without a stack trace', async () => {
    writeFileSync(
      join(folder, 'wrong.yaml'),
      'source: { url: "http://127.0.0.1:9090" }\nmetrics: [{ name: a, qury: up }]\n',
    );
    const { code, errors } = await tidemark('monitor', '--config', 'wrong.yaml', '--once');
    expect(code).toBe(1);
    expect(errors).toContain('query');
    expect(errors).toContain('wrong.yaml');
    expect(errors).not.toContain('    at ');
  });

  it('saves the judgement of an alert, and lists it with the alert', async () => {
    const onset = Math.floor(Date.now() / 1000) - 3600;
    const alert = { id: 'aaaa1111ff', incidentId: 'abcdef01', onsetSeconds: onset, timeSeconds: onset };
    const file = join(folder, 'judged/verdicts.ndjson');
    await new NdjsonResultStore(file).write([alertRecord({ instance: 'a:9100' }, alert)]);
    const configuration = ['-c', 'judged.yaml'];
    writeFileSync(
      join(folder, 'judged.yaml'),
      'source: { kind: simulation }\nmetrics: [{ name: cpu_usage }]\nresults: { kind: ndjson, directory: judged }\nmodels: { kind: filesystem, directory: judged/models }\n',
    );
    expect((await tidemark('feedback', 'list', ...configuration)).output).toContain('not judged, still open');
    const given = await tidemark('feedback', 'abcdef', 'confirmed', '--note', 'disk full', ...configuration);
    expect(given).toMatchObject({ code: 0, errors: '' });
    expect(given.output).toMatch(/^cpu_usage\{instance="a:9100"\} since .* UTC: confirmed\n$/);
    const { output } = await tidemark('feedback', 'list', '--json', ...configuration);
    expect(JSON.parse(output)).toMatchObject([{ id: 'abcdef01', judgement: 'confirmed', note: 'disk full' }]);
    const unknown = await tidemark('feedback', 'fedcba98', 'confirmed', ...configuration);
    expect(unknown.code).toBe(1);
    expect(unknown.errors).toContain('"tidemark feedback list" shows the ids');
  });
});

describe('what was recorded', () => {
  const nowSeconds = Math.floor(Date.now() / 60_000) * 60;
  const isoTime = (seconds: number) => new Date(seconds * 1000).toISOString();
  beforeAll(async () => {
    writeFileSync(
      join(folder, 'recorded.yaml'),
      readFileSync(join(folder, 'config.yaml'), 'utf8').replace('directory: results', 'directory: recorded'),
    );
    const store = new NdjsonResultStore(join(folder, 'recorded', 'verdicts.ndjson'));
    const normal = { kind: 'normal', anomalous: false, value: 0.5 } as const;
    const verdicts = ['a', 'b'].flatMap((instance) =>
      Array.from({ length: 60 }, (_, index) => {
        const timeSeconds = nowSeconds - 60 * (60 - index);
        return verdictRecord({ instance }, { timeSeconds, ...(index === 40 ? {} : normal) });
      }),
    );
    const open = {
      id: 'ab12',
      incidentId: 'cd34',
      timeSeconds: nowSeconds - 1200,
      onsetSeconds: nowSeconds - 1200,
    };
    await store.write([...verdicts, alertRecord({ instance: 'a' }, open)]);
  });

  it('is drawn by "query", listed as a table, and printed as JSON', async () => {
    const plot = await tidemark('query', 'cpu_usage', 'instance="a"', '--since', '2h', '-c', 'recorded.yaml');
    expect(plot).toMatchObject({ code: 0, errors: '' });
    expect(plot.output).toContain('cpu_usage{instance="a"}  60 verdicts, 1 anomalous');
    expect(plot.output).toContain('●');
    expect(plot.output).not.toContain('instance="b"');
    const table = await tidemark('query', 'cpu_usage', '--table', '--since', '2h', '-c', 'recorded.yaml');
    expect(table.output.split('\n').filter((line) => line.endsWith('anomaly ▲'))).toHaveLength(2);
    const json = await tidemark('query', 'cpu_usage', '--json', '--since', '2h', '-c', 'recorded.yaml');
    expect(JSON.parse(json.output)).toMatchObject({ metric: 'cpu_usage', series: [{}, {}] });
  });

  it('that "query" finds nothing of is said, and a metric that is not configured is refused', async () => {
    const nothing = await tidemark(
      'query',
      'cpu_usage',
      '--to',
      '2020-01-01T00:00:00Z',
      '-c',
      'recorded.yaml',
    );
    expect(nothing).toMatchObject({ code: 0 });
    expect(nothing.output).toContain('No verdicts of cpu_usage in that time');
    const unknown = await tidemark('query', 'memory', '-c', 'recorded.yaml');
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.errors).toContain('enabled metrics: cpu_usage');
  });

  it('is listed by "alerts", open ones alone on request', async () => {
    const { code, output } = await tidemark('alerts', '--open', '-c', 'recorded.yaml');
    expect(code).toBe(0);
    expect(output).toMatch(/● open .*cpu_usage\{instance="a"\} {2}cd34/);
    const json = await tidemark('alerts', '--json', '--since', '1h', '-c', 'recorded.yaml');
    expect(JSON.parse(json.output)).toMatchObject([{ id: 'cd34', state: 'open', end: null }]);
    const other = await tidemark('alerts', '--metric', 'other', '-c', 'recorded.yaml');
    expect(other.output).toContain('No alerts in that time.');
  });

  it('is written by "export": to a file, compressed, or to the standard output', async () => {
    const from = isoTime(nowSeconds - 3600);
    const window = ['--from', from, '--to', isoTime(nowSeconds), '-c', 'recorded.yaml'];
    const file = await tidemark('export', ...window, '--out', 'verdicts.csv.gz');
    expect(file).toMatchObject({ code: 0, output: '' });
    expect(file.errors).toContain('120 verdicts from');
    const text = gunzipSync(readFileSync(join(folder, 'verdicts.csv.gz'))).toString();
    expect(text.split('\n')).toHaveLength(122);
    const alerts = await tidemark('export', '--what', 'alerts', '--format', 'ndjson', ...window);
    expect(JSON.parse(alerts.output)).toMatchObject({ incident: 'cd34', series: '{instance="a"}' });
    const samples = await tidemark(
      'export',
      '--what',
      'samples',
      '--format',
      'parquet',
      '--out',
      's.parquet',
      ...window,
    );
    expect(samples).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 's.parquet')).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('is not exported to a window that ends before it begins, or as Parquet to the terminal', async () => {
    const reversed = await tidemark(
      'export',
      '--from',
      '2026-02-01T00:00:00Z',
      '--to',
      '2026-01-01T00:00:00Z',
      '-c',
      'recorded.yaml',
    );
    expect(reversed).toMatchObject({
      code: 1,
      errors: expect.stringContaining('--from must be before --to'),
    });
    const parquet = await tidemark('export', '--format', 'parquet', '-c', 'recorded.yaml');
    expect(parquet).toMatchObject({ code: 1, errors: expect.stringContaining('add --out') });
  });
});
