import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { type ComposedTick, composeTick } from '../../lib/compose/tick.ts';
import { type ComposedTraining, composeTraining } from '../../lib/compose/training.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import {
  demoHosts,
  historySeconds,
  injectedIncidents,
  liveSeconds,
  liveStartSeconds,
} from '../demo/scenario.ts';
import { scorecardLines, scorecardOf } from '../demo/scorecard.ts';
import { alertLine, boardLines, clock } from '../terminal/board-view.ts';
import { interruption } from '../terminal/interruption.ts';
import { Screen } from '../terminal/screen.ts';
import { SeriesBoard } from '../terminal/series-board.ts';
import { type Paint, paintFor } from '../terminal/style.ts';
import { countsOf } from '../terminal/training-view.ts';

const CONFIGURATION = fileURLToPath(new URL('../../config/demo/config.yaml', import.meta.url));
const FOLDER = '.tidemark/demo';
const BOARD_LENGTH = 60;
/** Duration of the live part: slow enough to follow. */
const LIVE_SHOW_MILLISECONDS = 24_000;

interface DemoOptions {
  readonly json: boolean;
  readonly fast: boolean;
}

async function runDemo({ json, fast }: DemoOptions): Promise<number> {
  const signal = interruption();
  const { configuration } = loadConfiguration({ file: CONFIGURATION, environment: process.env });
  if (configuration.source.kind !== 'simulation')
    throw new RangeError('The demo runs only on simulated hosts: do not override source.kind');
  const { seed, hosts: hostCount } = configuration.source;
  const hosts = demoHosts(seed, hostCount);
  const paint = paintFor(process.stdout);
  const say = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  await rm(FOLDER, { recursive: true, force: true });
  const resultsFile = `${FOLDER}/results/verdicts.ndjson`;
  const source = new SimulationSource(() => hosts);
  const board = new SeriesBoard(new NdjsonResultStore(resultsFile), BOARD_LENGTH);
  const runtime = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  await using tick = await composeTick(configuration, runtime, {
    source,
    results: board,
  });
  const { stepSeconds } = configuration.schedule;
  say(
    `${paint('bold', 'Tidemark')}  ${hosts.length} simulated hosts, CPU in percent, a value every 5 minutes\n`,
  );
  const training = await composeTraining(configuration, runtime, { source, results: board });
  await trainModels(training, say);
  await learnHistory(tick, stepSeconds, say);
  board.alerts.length = 0;
  await watchLive(tick, board, { stepSeconds, paint, say, signal, isPaced: !fast && !json });
  const card = scorecardOf(hosts, injectedIncidents, board.alerts, stepSeconds);
  if (json) process.stdout.write(`${JSON.stringify({ ...card, resultsFile }, undefined, 2)}\n`);
  else {
    say(`\n${scorecardLines(card, paint).join('\n')}`);
    say(`\nEvery verdict: ${resultsFile}`);
    say('Next: npm run tidemark -- validate config/config.yaml, then npm run local (see README.md).');
  }
  return signal.aborted ? 130 : 0;
}

/** Fits the models to the history without incidents, as the nightly retraining does. */
async function trainModels(training: ComposedTraining, say: (text: string) => void): Promise<void> {
  const began = performance.now();
  const { metrics } = await training.train(liveStartSeconds);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = metrics.map(({ series }) => countsOf(series)).join(', ');
  say(`Trained on 14 days: ${counts}, each tested on a held-out day, in ${seconds} s.`);
}

/** Replays the history without incidents through the detectors, one week per tick, as a new deployment does. */
async function learnHistory(
  tick: ComposedTick,
  stepSeconds: number,
  say: (text: string) => void,
): Promise<void> {
  const began = performance.now();
  const weekSeconds = 7 * 86_400;
  let verdicts = 0;
  for (let passed = weekSeconds; passed <= historySeconds; passed += weekSeconds) {
    const summary = await tick.collectAndDetect(0, liveStartSeconds - historySeconds + passed - stepSeconds);
    verdicts += summary.verdictsWritten;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(
    `Replayed the same days through the detectors: ${verdicts.toLocaleString('en')} samples in ${seconds} s.`,
  );
  say(`Monitoring two days live, 5 minutes per step, with ${injectedIncidents.length} injected incidents:\n`);
}

interface Watching {
  readonly stepSeconds: number;
  readonly paint: Paint;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly isPaced: boolean;
}

async function watchLive(tick: ComposedTick, board: SeriesBoard, watching: Watching): Promise<void> {
  const { stepSeconds, paint, say, signal, isPaced } = watching;
  using screen = new Screen(process.stdout);
  const steps = liveSeconds / stepSeconds;
  let printed = 0;
  for (let step = 0; step < steps && !signal.aborted; step += 1) {
    const due = performance.now() + LIVE_SHOW_MILLISECONDS / steps;
    const timeSeconds = liveStartSeconds + step * stepSeconds;
    await tick.collectAndDetect(0, timeSeconds);
    if (isPaced && screen.isLive) {
      screen.draw([paint('bold', clock(timeSeconds)), '', ...boardLines(board, paint, screen.columns)]);
      await pause(Math.max(0, due - performance.now()));
    } else {
      for (; printed < board.alerts.length; printed += 1) say(alertLine(board.alerts[printed]!, paint));
    }
  }
}

/** `tidemark demo`. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'monitor simulated hosts: train models, inject incidents, show the alerts, in under a minute',
    )
    .option('--fast', 'run at full speed, without the live view', false)
    .option('--json', 'print the result as JSON', false)
    .action(async (options: DemoOptions) => {
      process.exitCode = await runDemo(options);
    });
}
