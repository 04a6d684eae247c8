import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { monthlyCost } from '../../lib/cdk/cost/monthly-cost.ts';
import { PRICES } from '../../lib/cdk/cost/prices.ts';
import { profileNames } from '../../lib/config/layers.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import { deployedThings } from './profiles/deployed-things.ts';
import { measureDetection, measureModel, SIMULATION } from './profiles/measure-detection.ts';
import { median } from './profiles/median.ts';
import { type ProfileRun, profileTable } from './profiles/profile-table.ts';
import type { TickRun } from './tick/measure-tick.ts';
import { tickIn } from './tick/tick-in-function.ts';

const SERIES = 1000;
/** Recorded once models are in use, which the ticks here do without. */
const MODEL_AGE = 'ModelAge';
const SERIES_PER_METRIC = 100;
/** Profiles take turns, so that a busy second of the machine does not hit one of them alone. */
const TURNS = 3;
/** Rehearsal and final fit of a night. */
const FITS_PER_SERIES = 2;
/** What the dearest of the numbers to design for allows, in dollars a month. */
const BUDGET = 5;

/**
 * The benchmark of the profiles: `npm run bench -- profiles [--json]`. A tick of 1,000 series, the model, detection on a seeded simulation
 * with known incidents, and the cost of a month at list prices.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-profiles-'));
  try {
    const configurations = await configurationsIn(directory);
    const ticks = new Map<string, TickRun[]>(profileNames.map((profile) => [profile, []]));
    for (let turn = 0; turn < TURNS; turn += 1)
      for (const [profile, configuration] of configurations)
        ticks.get(profile)!.push(await tickOf(configuration));
    const runs: Omit<ProfileRun, 'tickRatio' | 'costRatio'>[] = [];
    for (const [profile, configuration] of configurations)
      runs.push(await measured(profile, configuration, ticks.get(profile)!));
    const balanced = runs.find(({ profile }) => profile === 'balanced')!;
    const compared: ProfileRun[] = runs.map((one) => ({
      ...one,
      tickRatio: one.tickMilliseconds / balanced.tickMilliseconds,
      costRatio: one.cost.total / balanced.cost.total,
    }));
    const conditions = { series: SERIES, simulation: SIMULATION, prices: PRICES, budgetDollars: BUDGET };
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ ...conditions, profiles: compared })}\n`
        : profileTable(compared, BUDGET),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Each profile under the same metric; nothing else is set, so that the profile alone decides. */
async function configurationsIn(directory: string): Promise<Map<string, Configuration>> {
  const configurations = new Map<string, Configuration>();
  for (const profile of profileNames) {
    const file = join(directory, `${profile}.yaml`);
    await writeFile(
      file,
      `extends: ${profile}\nsource: { url: "http://127.0.0.1:9090" }\nmetrics: [{ name: cpu, query: cpu, detection: { domain: { minimum: 0, maximum: 100 } } }]\n`,
    );
    configurations.set(profile, loadConfiguration({ file, environment: {} }).configuration);
  }
  return configurations;
}

function tickOf({ schedule, source, results, functions }: Configuration): Promise<TickRun> {
  const stage = {
    seriesCount: SERIES,
    stepSeconds: schedule.stepSeconds,
    seriesPerMetric: SERIES_PER_METRIC,
    queryConcurrency: source.kind === 'prometheus' ? source.concurrency : 1,
    batchLines: results.batchSize,
  };
  return tickIn(stage, functions.collectAndDetect.memoryMegabytes);
}

async function measured(profile: string, configuration: Configuration, ticks: readonly TickRun[]) {
  const { schedule, functions, telemetry } = configuration;
  const tickMilliseconds = median(ticks.map((tick) => tick.tickMilliseconds));
  const model = await measureModel(configuration);
  const { memoryMegabytes } = functions.collectAndDetect;
  const cost = monthlyCost({
    ...deployedThings(),
    customMetrics: new Set([...ticks[0]!.measurements, MODEL_AGE]).size,
    intervalSeconds: schedule.intervalSeconds,
    stepSeconds: schedule.stepSeconds,
    isStaying: schedule.latency === 'low',
    memoryMegabytes,
    tickMilliseconds,
    stateBytes: ticks[0]!.stateBytes,
    logsEachTick: telemetry.logLevel === 'debug' || telemetry.logLevel === 'info',
    trainingSeconds: (SERIES * FITS_PER_SERIES * model.fitMilliseconds) / 1000,
    trainingMegabytes: functions.retrain.memoryMegabytes,
  });
  return {
    profile,
    tickMilliseconds,
    peakRssMegabytes: Math.max(...ticks.map((tick) => tick.peakRssMegabytes)),
    memoryMegabytes,
    model,
    detection: await measureDetection(configuration),
    cost,
  };
}
