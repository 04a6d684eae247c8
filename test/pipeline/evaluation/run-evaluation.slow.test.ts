import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readReportAssets } from '../../../bin/evaluation/report-assets.ts';
import type { Notice } from '../../../lib/alerts/notice-channel.ts';
import { FeedbackStore } from '../../../lib/models/feedback-store.ts';
import { UnknownRunError } from '../../../lib/pipeline/errors.ts';
import {
  evaluationDocument,
  readResult,
  reportKey,
} from '../../../lib/pipeline/evaluation/evaluation-documents.ts';
import {
  evaluationRequestSchema,
  resolveRequest,
} from '../../../lib/pipeline/evaluation/evaluation-request.ts';
import {
  type EvaluationPorts,
  failEvaluation,
  runEvaluation,
} from '../../../lib/pipeline/evaluation/run-evaluation.ts';
import { RunStore } from '../../../lib/pipeline/runs/run-store.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { NdjsonResultStore } from '../../../lib/results/ndjson-result-store.ts';
import { SourceUnavailableError } from '../../../lib/sources/errors.ts';
import type { SeriesSource } from '../../../lib/sources/series-source.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { simulatedHistory } from '../simulated-history.ts';
import { metric } from '../training/training-run.ts';

const NOW_SECONDS = 1_762_000_000;
const ID = 'run-1';
const history = simulatedHistory(14, 6);

function world(replaced: Partial<EvaluationPorts> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const objects = new FilesystemObjectStore(folder);
  const announced: Notice[] = [];
  const channel = {
    name: 'log',
    announce: async (notices: readonly Notice[]) => void announced.push(...notices),
  };
  const results = join(folder, 'results.ndjson');
  const ports: EvaluationPorts = {
    runs: new RunStore(objects),
    metrics: [metric({ kind: 'seasonal-naive' }, 'cpu')],
    source: sourceOf(async () => ({ series: history, warnings: ['a shard was away'] })),
    baselines: noBaselines,
    sourceName: 'http://prometheus',
    feedback: new FeedbackStore(objects),
    results: new NdjsonResultStore(results),
    notices: [channel],
    reportAssets: readReportAssets(),
    logger: silentLogger,
    nowSeconds: () => NOW_SECONDS,
    ...replaced,
  };
  const begin = async (order: object = {}) => {
    const settled = resolveRequest(
      evaluationRequestSchema.parse({ metric: 'cpu', injections: 12, maximumSeries: 2, ...order }),
      NOW_SECONDS,
    );
    const run = {
      id: ID,
      state: 'running',
      asked: '',
      order: settled,
      startedAtSeconds: NOW_SECONDS,
    } as const;
    await ports.runs.keepFirst(evaluationDocument, ID, run);
  };
  const records = async () =>
    (await readFile(results, 'utf8').catch(() => ''))
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { ports, objects, announced, begin, records };
}

function sourceOf(queryRange: SeriesSource['queryRange']): SeriesSource {
  return {
    name: 'prometheus',
    isSimulated: false,
    queryRange,
    check: async () => ({ service: 'prometheus', isUp: true, detail: '' }),
  };
}

describe('runEvaluation', () => {
  it('keeps result and report with the run, writes the figures, and sends a notice', async () => {
    const { ports, objects, announced, begin, records } = world();
    await begin({ budget: 0.5, kinds: ['spike', 'gap'] });
    const outcome = await runEvaluation(ports, ID);
    expect(outcome).toMatchObject({ id: ID, metric: 'cpu', state: 'succeeded' });
    expect(outcome.text).toContain('of the injected faults were found');
    expect(await ports.runs.read(evaluationDocument, ID)).toMatchObject({
      state: 'succeeded',
      endedAtSeconds: NOW_SECONDS,
      headline: outcome.text,
      warnings: ['a shard was away', '2 of 6 series were evaluated'],
    });
    expect(await readResult(ports.runs, ID)).toMatchObject({ metric: 'cpu', budgetPerWeek: 0.5, series: 2 });
    const html = new TextDecoder().decode((await objects.get(reportKey(ID)))!.bytes);
    expect(html).toContain('Can I page on cpu?');
    expect(html).toContain('tidemark evaluate --metric cpu --from 2025-10-04');
    const [headline, ...cells] = await records();
    expect(headline).toMatchObject({ measurement: 'evaluation', metric: 'cpu', headline: outcome.text });
    expect(new Set(cells.map(({ kind }) => kind))).toEqual(new Set(['spike', 'gap']));
    expect(announced).toMatchObject([{ id: `evaluation-${ID}`, kind: 'evaluationCompleted', metric: 'cpu' }]);
    expect(announced[0]?.text).toContain(outcome.text);
  });

  it('evaluates a run that has ended no second time, and sends the same notice with the same id', async () => {
    const { ports, announced, begin, records } = world();
    await begin({ kinds: ['spike'] });
    const first = await runEvaluation(ports, ID);
    const written = (await records()).length;
    expect(await runEvaluation(ports, ID)).toEqual(first);
    expect(await records()).toHaveLength(written);
    expect(announced).toHaveLength(2);
    expect(announced[1]).toEqual(announced[0]);
  });

  it('evaluates the series with the labels that were asked for alone', async () => {
    const { ports, begin } = world();
    const { instance = '' } = history[3]!.labels;
    await begin({ series: { instance }, kinds: ['spike'] });
    await runEvaluation(ports, ID);
    expect(await readResult(ports.runs, ID)).toMatchObject({ perSeries: [{ labels: { instance } }] });
  });

  it('ends as failed where there is nothing to evaluate: a repetition would not help', async () => {
    const { ports, announced, begin } = world();
    await begin({ series: { instance: 'nobody' } });
    expect(await runEvaluation(ports, ID)).toMatchObject({ state: 'failed' });
    expect((await ports.runs.read(evaluationDocument, ID))?.reason).toMatch(
      /^cpu has no series with the labels .*nobody/,
    );
    expect(announced).toEqual([]);
  });

  it('throws where a repetition may help, and the run goes on running', async () => {
    const { ports, begin } = world({
      source: sourceOf(() => Promise.reject(new SourceUnavailableError('Prometheus is away'))),
    });
    await begin();
    await expect(runEvaluation(ports, ID)).rejects.toThrow(SourceUnavailableError);
    expect((await ports.runs.read(evaluationDocument, ID))?.state).toBe('running');
  });

  it('loses nothing for a store of results that is away, and says so', async () => {
    const away = {
      name: 'influxdb',
      write: () => Promise.reject(new ResultsUnavailableError('InfluxDB answered 503')),
    };
    const { ports, begin } = world({ results: away });
    await begin({ kinds: ['spike'] });
    expect(await runEvaluation(ports, ID)).toMatchObject({ state: 'succeeded' });
    expect((await ports.runs.read(evaluationDocument, ID))?.warnings).toContain(
      'Could not write the figures to influxdb: InfluxDB answered 503',
    );
    expect(await readResult(ports.runs, ID)).toBeDefined();
  });

  it('does not know a run that nobody began', async () => {
    await expect(runEvaluation(world().ports, 'nobody')).rejects.toThrow(UnknownRunError);
    await expect(failEvaluation(world().ports, 'nobody', 'why')).rejects.toThrow(UnknownRunError);
  });
});

describe('failEvaluation', () => {
  it('notes why a run failed for good, and takes nothing from one that has succeeded', async () => {
    const { ports, begin } = world();
    await begin({ kinds: ['spike'] });
    expect(await failEvaluation(ports, ID, 'The function timed out')).toMatchObject({
      state: 'failed',
      text: 'The function timed out',
    });
    const other = world();
    await other.begin({ kinds: ['spike'] });
    await runEvaluation(other.ports, ID);
    expect(await failEvaluation(other.ports, ID, 'too late')).toMatchObject({ state: 'succeeded' });
  });
});
