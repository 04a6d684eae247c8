import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';

const entry = join(import.meta.dirname, '../../bin/tidemark.ts');
const START = 1_760_000_400;
const DAY = 86_400;
const incident = {
  kind: 'level-shift',
  startSeconds: START + 17 * DAY,
  durationSeconds: 7200,
  size: 15,
} as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-evaluation-'));
  const rows = cpuScenario(1, 2, (host) => (host === 0 ? [incident] : [])).flatMap((recipe, host) =>
    Array.from({ length: 21 * 288 }, (_, index) => {
      const time = START + index * 300;
      const isWrong = host === 0 && time >= incident.startSeconds && time < incident.startSeconds + 7200;
      return `${time},${simulatedValue(recipe, time).toFixed(3)},${isWrong ? 1 : 0},${recipe.labels.instance}`;
    }),
  );
  writeFileSync(join(folder, 'cpu.csv'), `timestamp,value,wrong,host\n${rows.join('\n')}\n`);
  const configuration = (budget: number) =>
    `source: { kind: csv, path: cpu.csv, labelColumns: [host] }\nmetrics: [{ name: cpu, step: 5m, detection: { falseAlertsPerWeek: ${budget} } }]\n`;
  writeFileSync(join(folder, 'quiet.yaml'), configuration(0.05));
  writeFileSync(join(folder, 'loud.yaml'), configuration(50));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function tidemark(...args: string[]): Promise<Run> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
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
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

const csv = ['--csv', 'cpu.csv', '--series-columns', 'host'];
const end = new Date((START + 21 * DAY) * 1000).toISOString();

describe('tidemark evaluate, backtest, plan and tune', () => {
  it('evaluates a CSV file: a card on the terminal, a report that needs nothing else', async () => {
    const { code, output, errors } = await tidemark(
      'evaluate',
      ...csv,
      '--injections',
      '60',
      '--report',
      'out.html',
    );
    expect(code).toBe(0);
    expect(output).toMatch(/% of the injected faults were found/);
    expect(output).toContain('level shift up');
    expect(errors).toContain('out.html');
    const html = readFileSync(join(folder, 'out.html'), 'utf8');
    expect(html).toContain('uPlot');
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  });

  it('judges against labels, at the budget and on the kinds asked for, and prints JSON', async () => {
    const { code, output } = await tidemark(
      ...['evaluate', ...csv, '--label-column', 'wrong', '--budget', '0.5'],
      ...['--kinds', 'spike,ramp', '--injections', '12', '--json'],
    );
    expect(code).toBe(0);
    const [card] = JSON.parse(output);
    expect(card).toMatchObject({ metric: 'cpu', budgetPerWeek: 0.5, series: 2 });
    expect(card.labelled).toMatchObject({ incidents: 1, recall: { value: 1 } });
    expect(card.table.map(({ fault }: { fault: string }) => fault)).toEqual(['spike', 'ramp']);
    expect(card.perSeries).toHaveLength(2);
  });

  it('evaluates with the models in use as well as with those of each night', async () => {
    writeFileSync(
      join(folder, 'trained.yaml'),
      `source: { kind: csv, path: cpu.csv, labelColumns: [host] }\nmetrics: [{ name: cpu, step: 5m }]\nmodel: { kind: seasonal-naive }\n`,
    );
    const window = ['--from', new Date(START * 1000).toISOString(), '--to', end];
    const common = ['evaluate', '-c', 'trained.yaml', ...window, '--injections', '0', '--json'];
    const untrained = JSON.parse((await tidemark(...common, '--champion')).output);
    expect(untrained[0].metrics.coverage.value).toBeNull();
    const training = await tidemark('train', '-c', 'trained.yaml', '--to', end);
    expect(training.code).toBe(0);
    const champion = JSON.parse((await tidemark(...common, '--champion')).output);
    const nightly = JSON.parse((await tidemark(...common)).output);
    expect(champion[0].metrics.coverage.value).toBeGreaterThan(0.8);
    expect(nightly[0].metrics.coverage.value).toBeGreaterThan(0.6);
    expect(champion[0].metrics.coverage.value).not.toBe(nightly[0].metrics.coverage.value);
  });

  it('keeps the figures beside the verdicts when asked to', async () => {
    writeFileSync(
      join(folder, 'kept.yaml'),
      'source: { kind: csv, path: cpu.csv }\nresults: { kind: ndjson, directory: kept }\nmetrics: [{ name: cpu }]\n',
    );
    const command = ['evaluate', ...csv, '-c', 'kept.yaml', '--injections', '12', '--json'];
    await tidemark(...command);
    expect(existsSync(join(folder, 'kept'))).toBe(false);
    const { code, errors } = await tidemark(...command, '--write');
    expect(code).toBe(0);
    expect(errors).toMatch(/\d+ records written to ndjson/);
    const kept = readFileSync(join(folder, 'kept/verdicts.ndjson'), 'utf8').trim().split('\n');
    const records = kept.map((line) => JSON.parse(line));
    expect(records[0]).toMatchObject({ measurement: 'evaluation', metric: 'cpu', isSimulated: false });
    expect(records.slice(1).every(({ measurement }) => measurement === 'evaluation_recall')).toBe(true);
    expect(records.length).toBeGreaterThan(8);
  });

  it('lists which alerts a history would have raised, and when', async () => {
    const from = new Date((START + 16 * DAY) * 1000).toISOString();
    const { code, output } = await tidemark('backtest', ...csv, '--from', from, '--json');
    expect(code).toBe(0);
    const alerts: { time: string; kind: string; explanation: string }[] = JSON.parse(output);
    const onset = new Date(incident.startSeconds * 1000).toISOString();
    expect(alerts.filter(({ time }) => time === onset)).toHaveLength(1);
    expect(alerts.every(({ time }) => time >= from)).toBe(true);
    const text = await tidemark('backtest', ...csv, '--from', from);
    expect(text.output).toMatch(/\d+ alerts? would have been sent/);
  });

  it('plans a change: what a larger budget would have alerted in addition', async () => {
    const { code, output } = await tidemark('plan', 'loud.yaml', '-c', 'quiet.yaml', '--to', end, '--json');
    expect(code).toBe(0);
    const { gained, kept, lost } = JSON.parse(output);
    expect(gained.length).toBeGreaterThan(3);
    expect(kept).toBeGreaterThan(0);
    // What was an incident of its own may be part of an incident that began earlier.
    expect(lost.length).toBeLessThan(gained.length);
    const same = await tidemark('plan', 'quiet.yaml', '-c', 'quiet.yaml', '--to', end);
    expect(same.output).toContain('0 gained, 0 lost');
    // Of a file, the last sample is what now is.
    const untilItsEnd = await tidemark('plan', 'loud.yaml', '-c', 'quiet.yaml', '--json');
    expect(JSON.parse(untilItsEnd.output).gained.length).toBeGreaterThan(3);
    const tooLate = await tidemark('plan', 'loud.yaml', '-c', 'quiet.yaml', '--to', '2040-01-01T00:00:00Z');
    expect(tooLate.errors).toContain('cpu has no samples in the window');
  });

  it('proposes settings for a budget, as lines for the configuration', async () => {
    const { code, output } = await tidemark('tune', ...csv, '--budget', '1');
    expect(code).toBe(0);
    expect(output).toContain('The best within 1 false alerts per series and week');
    expect(output).toMatch(/falseAlertsPerWeek: [\d.]+\n/);
    expect(output).toContain('This history has no labels');
    const proposals = output.split('\n').filter((line) => line.startsWith('  ') && line.includes('found'));
    const outcomes = proposals.map((line) => line.split(': falseAlertsPerWeek')[0]);
    expect(new Set(outcomes).size).toBe(outcomes.length);
  });

  it('says what is wrong with a command line', async () => {
    const kinds = await tidemark('evaluate', ...csv, '--kinds', 'earthquake');
    expect(kinds.code).toBe(1);
    expect(kinds.errors).toContain('level-shift-up');
    const missing = await tidemark('evaluate', '--csv', 'absent.csv');
    expect(missing.code).toBe(1);
    expect(missing.errors).toContain('absent.csv');
    expect(missing.errors).not.toContain('    at ');
    const time = await tidemark('backtest', ...csv, '--from', 'yesterday');
    expect(time.errors).toContain('is not a point in time');
  });
});
