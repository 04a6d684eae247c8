import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { readReportAssets } from '../../bin/evaluation/report-assets.ts';
import { baselineModels } from '../../lib/baseline/registry.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { reportHtml } from '../../lib/evaluation/report/report-html.ts';
import { backtest } from '../../lib/pipeline/evaluation/backtest.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { usualTraining } from '../../lib/pipeline/evaluation/nightly-models.ts';
import { nightlyModels, type SeriesModels } from '../../lib/pipeline/evaluation/series-models.ts';
import { minuteHistory } from '../pipeline/simulated-history.ts';
import { findChromium } from '../services/browser.ts';

const DAYS = 28;
const INJECTIONS = 200;
const REPORT_SERIES = 10;
const ROUNDS = 3;
const LOADS = 5;
const monitor = { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: 60 };

/** What an evaluation and its report cost; times are medians. */
interface EvaluateFigures {
  /** One series of 28 days at a minute, Prophet refitted each night, 200 injections. */
  readonly evaluationSeconds: number;
  /** The same history with the same models, replayed once. */
  readonly backtestSeconds: number;
  /** The report on ten such series. */
  readonly reportMegabytes: number;
  /** From opening it in Chromium to all ten charts drawn; undefined where there is none. */
  readonly reportSeconds: number | undefined;
  /** The same browser with an empty page. */
  readonly emptyPageSeconds: number | undefined;
}

/**
 * The benchmark of evaluations: `npm run bench -- evaluate [--json]`.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const figures = await measure();
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : text(figures));
}

async function measure(): Promise<EvaluateFigures> {
  const prophet = nightlyModels(baselineModels.prophet, usualTraining, 0.95);
  const series = minuteHistory(DAYS, REPORT_SERIES);
  const one = series.slice(0, 1);
  const evaluationSeconds = await medianSeconds(ROUNDS, () => evaluation(one, prophet, INJECTIONS));
  const backtestSeconds = await medianSeconds(ROUNDS, () =>
    backtest({ monitor, models: prophet, series: one, fromSeconds: 0 }),
  );
  const naive = nightlyModels(baselineModels['seasonal-naive'], usualTraining, 0.95);
  const head = {
    title: 'Bench',
    source: 'simulation',
    madeAtSeconds: 0,
    command: 'npm run bench -- evaluate',
  };
  const report = reportHtml([await evaluation(series, naive, 40)], head, readReportAssets());
  const loads = await loadSeconds(report);
  return { evaluationSeconds, backtestSeconds, reportMegabytes: Buffer.byteLength(report) / 1e6, ...loads };
}

function evaluation(series: ReturnType<typeof minuteHistory>, models: SeriesModels, injections: number) {
  return evaluate({ name: 'cpu', monitor, models, series, kinds: faultNames, injections, seed: 1 });
}

async function loadSeconds(
  report: string,
): Promise<Pick<EvaluateFigures, 'reportSeconds' | 'emptyPageSeconds'>> {
  const executablePath = await findChromium().catch(() => undefined);
  if (executablePath === undefined) return { reportSeconds: undefined, emptyPageSeconds: undefined };
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-report-'));
  const file = join(folder, 'report.html');
  await writeFile(file, report);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return {
      reportSeconds: await medianSeconds(LOADS, () => open(browser, pathToFileURL(file).href, REPORT_SERIES)),
      emptyPageSeconds: await medianSeconds(LOADS, () => open(browser, 'about:blank', 0)),
    };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

/** Opens a page; its charts are drawn as soon as they are needed, and printing needs all of them. */
async function open(browser: Browser, url: string, charts: number): Promise<void> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await page.waitForFunction(`document.querySelectorAll('article.series canvas').length === ${charts}`);
  await page.close();
}

async function medianSeconds(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await work();
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds.sort((one, other) => one - other)[Math.floor(rounds / 2)]!;
}

function text(figures: EvaluateFigures): string {
  const { evaluationSeconds, backtestSeconds, reportMegabytes, reportSeconds, emptyPageSeconds } = figures;
  const ratio = (evaluationSeconds / backtestSeconds).toFixed(1);
  const page =
    reportSeconds === undefined || emptyPageSeconds === undefined
      ? 'no Chromium is here to open it'
      : `all charts drawn after ${reportSeconds.toFixed(2)} s in Chromium, ${(reportSeconds / emptyPageSeconds).toFixed(1)} times an empty page (${emptyPageSeconds.toFixed(2)} s)`;
  return [
    `One series of ${DAYS} days at 1 minute, Prophet refitted each night, ${INJECTIONS} injections: ${evaluationSeconds.toFixed(2)} s`,
    `  ${ratio} times a single replay of it (${backtestSeconds.toFixed(2)} s)`,
    `Report on ${REPORT_SERIES} such series: ${reportMegabytes.toFixed(2)} MB, ${page}`,
    '',
  ].join('\n');
}
