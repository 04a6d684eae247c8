import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exporters } from '../exporters/exporters.ts';
import { backfillExporters, serveExporters } from '../exporters/exposition-server.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { runTidemark } from './init/command-line.ts';

const WEEKS = 3;
const METRIC = 'node_cpu_busy';
const page = readFileSync(join(import.meta.dirname, '../../docs/start.md'), 'utf8');
const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'));
const world = [{ ...exporters['node-exporter'], instances: ['host-a:9100'] }, exporters.postgresql];

describe.skipIf(await cannotHave('prometheus'))(
  'docs/start.md, line by line on a Prometheus with three weeks of history',
  () => {
    const owned = new AsyncDisposableStack();
    let url: string;
    let folder: string;
    /** When each command began and ended, in seconds since the first one. */
    const times: string[] = [];
    let beginMilliseconds: number | undefined;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tidemark-start-'));
      owned.defer(() => rm(folder, { recursive: true, force: true }));
      const dataDirectory = join(folder, 'prometheus');
      await backfillExporters(dataDirectory, world, WEEKS * 7);
      const { scrapeConfigs } = owned.use(await serveExporters(world, '15s'));
      const { address } = owned.use(
        await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs } }),
      );
      ({ url } = address);
    });
    afterAll(async () => {
      process.stdout.write(`${times.join('\n')}\n`);
      await owned.disposeAsync();
    });

    const verdicts = () => {
      const file = join(folder, '.tidemark/results/verdicts.ndjson');
      if (!existsSync(file)) return [];
      return readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"measurement":"verdict"'))
        .map((line) => JSON.parse(line) as { kind: string; metric: string; expected?: number });
    };
    const isJudged = () => verdicts().some(({ kind }) => kind === 'normal' || kind === 'anomaly');

    it('has the commands that a newcomer needs', () => {
      const commands = lines.map((line) => /^npm run tidemark -- (\w+)/.exec(line)?.[1]);
      expect(commands).toEqual([
        'init',
        'validate',
        'train',
        'monitor',
        'alerts',
        'query',
        'status',
        'evaluate',
      ]);
    });

    it.each(lines)('%s', async (line) => {
      const [, ...args] = line
        .replace('http://127.0.0.1:9090', url)
        .replace('METRIC', METRIC)
        .replace('npm run tidemark --', 'tidemark')
        .split(' ');
      const isEndless = args[0] === 'monitor';
      beginMilliseconds ??= performance.now();
      const run = await runTidemark(folder, args, isEndless ? isJudged : undefined);
      times.push(
        `${((performance.now() - beginMilliseconds) / 1000).toFixed(1)} s after the first command: ${line}`,
      );
      expect(run.code, run.errors + run.output).toBe(isEndless ? 130 : 0);
      expect(run.errors).not.toMatch(/error/i);
      expect(run.output).not.toBe('');
    });

    it('ends with judged verdicts of learned bands for every metric that init wrote', () => {
      const configured = [...readFileSync(join(folder, 'config.yaml'), 'utf8').matchAll(/- name: (\w+)/g)];
      const judged = verdicts().filter(({ expected }) => expected !== undefined);
      const metrics = new Set(judged.map(({ metric }) => metric));
      expect(configured.length).toBeGreaterThan(20);
      expect([...metrics].sort()).toEqual(configured.map(([, name]) => name!).sort());
    });
  },
);
