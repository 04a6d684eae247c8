import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../lib/alerts/alert-channel.ts';
import { detectors } from '../../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { collectAndDetect, type TickPorts } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { ResultRecord, VerdictRecord } from '../../../lib/results/result-store.ts';
import { SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { FallbackSource } from '../../../lib/sources/fallback-source.ts';
import type { SeriesSource } from '../../../lib/sources/series-source.ts';
import { cpuScenario } from '../../../lib/sources/simulation/cpu-scenario.ts';
import { SimulationSource } from '../../../lib/sources/simulation/simulation-source.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';

const STEP = 60;
const FIRST = 1_700_000_040;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-fallback-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The real source: another scenario's values, away at the times that the test says. */
function realSource(isAway: () => boolean): SeriesSource {
  const inner = new SimulationSource(() =>
    cpuScenario(7, 3).map((one) => ({ ...one, labels: { real: 'yes', ...one.labels } })),
  );
  return {
    name: 'prometheus',
    isSimulated: false,
    queryRange: async (query) => {
      if (isAway()) throw new SourceUnavailableError('connection refused');
      return inner.queryRange(query);
    },
    check: () => inner.check(),
  };
}

/** Runs ticks, of which some find the source away, and gives back everything that they left. */
async function run(name: string, ticks: number, isAwayAt: (tick: number) => boolean) {
  let tick = 0;
  const records: ResultRecord[] = [];
  const sent: Alert[] = [];
  // A spike of the fallback in every step: whatever learnt or sent of it would show.
  const wild = cpuScenario(1, 3, () => [
    { kind: 'spike', startSeconds: 0, durationSeconds: 4e9, size: 1000 },
  ]);
  const objects = new FilesystemObjectStore(join(folder, name));
  const states = new ShardStateStore(objects);
  const ports: TickPorts = {
    source: new FallbackSource(
      realSource(() => isAwayAt(tick)),
      new SimulationSource(() => wild),
    ),
    results: {
      name: 'memory',
      write: async (written) => void records.push(...written),
      check: async () => ({ service: 'memory', isUp: true, detail: '' }),
      [Symbol.asyncDispose]: async () => {},
    },
    spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states,
    baselines: noBaselines,
    alerts: [
      {
        name: 'memory',
        publish: async (alerts) => void sent.push(...alerts),
        check: async () => ({ service: 'memory', isUp: true, detail: '' }),
      },
    ],
    logger: silentLogger,
    elapsedMilliseconds: () => 0,
  };
  const metric = {
    name: 'cpu',
    query: 'cpu',
    monitor: { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: STEP },
    delaySeconds: 0,
    maximumCatchUpSeconds: 3600,
    maximumSeries: 100,
  };
  const warnings: string[] = [];
  for (; tick < ticks; tick += 1) {
    const summary = await collectAndDetect(ports, {
      shard: 0,
      timeSeconds: FIRST + tick * STEP,
      metrics: [metric],
      queryConcurrency: 1,
    });
    warnings.push(...summary.warnings);
  }
  const verdicts = records.filter((record): record is VerdictRecord => record.measurement === 'verdict');
  const state = await states.read(0);
  return { verdicts, sent, warnings, metrics: state.metrics, outbox: state.outbox };
}

describe('a tick while a simulation answers instead', () => {
  it('marks every record, teaches the detector nothing, notifies nobody, and catches up afterwards', async () => {
    const away = (tick: number) => tick >= 20 && tick < 30;
    const disturbed = await run('disturbed', 40, away);
    const undisturbed = await run('undisturbed', 40, () => false);

    const fallback = disturbed.verdicts.filter(({ isSimulated }) => isSimulated);
    expect(fallback.length).toBeGreaterThan(0);
    expect(fallback.every(({ labels }) => labels.real === undefined)).toBe(true);
    expect(fallback.every(({ verdict }) => !verdict.anomalous)).toBe(true);
    expect(disturbed.warnings).toHaveLength(10);
    expect(disturbed.warnings[0]).toContain('simulation replaces prometheus');

    const real = disturbed.verdicts.filter(({ isSimulated }) => !isSimulated);
    const sorted = (verdicts: VerdictRecord[]) =>
      verdicts.toSorted(
        (one, other) =>
          one.verdict.timeSeconds - other.verdict.timeSeconds ||
          JSON.stringify(one.labels).localeCompare(JSON.stringify(other.labels)),
      );
    expect(sorted(real)).toEqual(sorted(undisturbed.verdicts));
    expect(disturbed.metrics).toEqual(undisturbed.metrics);
    expect(disturbed.sent).toEqual(undisturbed.sent);
    expect(disturbed.outbox).toEqual([]);
  });

  it('leaves no state behind when the real source never answered', async () => {
    const { metrics, sent, verdicts } = await run('never', 3, () => true);
    expect(metrics.size).toBe(0);
    expect(sent).toEqual([]);
    expect(verdicts.every(({ isSimulated }) => isSimulated)).toBe(true);
  });
});
