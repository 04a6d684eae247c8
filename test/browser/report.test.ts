import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReportAssets } from '../../bin/evaluation/report-assets.ts';
import { baselineModels } from '../../lib/baseline/registry.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { reportHtml } from '../../lib/evaluation/report/report-html.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { usualTraining } from '../../lib/pipeline/evaluation/nightly-models.ts';
import { nightlyModels } from '../../lib/pipeline/evaluation/series-models.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';
import { findChromium } from '../services/browser.ts';
import { poorContrasts } from './contrast.ts';

const SERIES = 10;
const DAYS = 28;
const INJECTIONS = 40;
const START = 1_760_000_400;

const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 820, height: 1180 },
  { name: 'desk', width: 1440, height: 900 },
] as const;
const themes = ['light', 'dark'] as const;

const folder = mkdtempSync(join(tmpdir(), 'tidemark-report-'));
const file = join(folder, 'report.html');
const address = pathToFileURL(file).href;
let browser: Browser;

beforeAll(async () => {
  const incident = {
    kind: 'level-shift',
    startSeconds: START + 20 * 86_400,
    durationSeconds: 7200,
    size: 15,
  } as const;
  const series = cpuScenario(1, SERIES, (host) => (host === 0 ? [incident] : [])).map((recipe) => {
    const timesSeconds = Float64Array.from({ length: DAYS * 1440 }, (_, index) => START + index * 60);
    const values = timesSeconds.map((time) => simulatedValue(recipe, time));
    return { labels: { ...recipe.labels, note: '</script><b>"&' }, samples: { timesSeconds, values } };
  });
  const truth = series.map(({ labels, samples }, host) => ({
    labels,
    samples: {
      ...samples,
      values: samples.timesSeconds.map((time) =>
        host === 0 && time >= incident.startSeconds && time < incident.startSeconds + 7200 ? 1 : 0,
      ),
    },
  }));
  const evaluation = await evaluate({
    name: 'node_cpu_busy',
    monitor: { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: 60 },
    models: nightlyModels(baselineModels['seasonal-naive'], usualTraining, 0.99),
    series,
    truth,
    kinds: faultNames,
    injections: INJECTIONS,
    seed: 1,
  });
  const head = {
    title: 'Can I page on node_cpu_busy?',
    source: 'simulation',
    madeAtSeconds: START + DAYS * 86_400,
    command: 'tidemark evaluate',
  };
  writeFileSync(file, reportHtml([evaluation], head, readReportAssets()));
  browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  if (process.env.TIDEMARK_KEEP_SCREENSHOTS === undefined) rmSync(folder, { recursive: true, force: true });
  else process.stdout.write(`Report and screenshots: ${folder}\n`);
});

/** The report in a fresh page, and what went wrong or left it. */
async function openReport(options: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  const troubles: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(address);
  return { page, troubles, requests, [Symbol.asyncDispose]: () => page.close() };
}

async function firstChart(page: Page) {
  const article = page.locator('article.series').first();
  await article.scrollIntoViewIfNeeded();
  const chart = article.locator('.chart');
  await chart.locator('canvas').waitFor();
  const shown = async () =>
    `${await chart.getAttribute('data-from')} to ${await chart.getAttribute('data-to')}`;
  return { article, chart, shown, readout: article.locator('.readout') };
}

describe('the report in a real browser', () => {
  it('weighs less than 3 MB with ten series of 28 days, and shows all of them', async () => {
    const megabytes = statSync(file).size / 1e6;
    await using report = await openReport();
    const { page } = report;
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    await expect.poll(() => page.locator('article.series canvas').count()).toBe(SERIES);
    expect(megabytes).toBeLessThan(3);
  });

  it.each(sizes.flatMap((size) => themes.map((theme) => ({ ...size, theme }))))(
    'is complete, readable and without a fault on a $name in the $theme theme',
    async ({ name, width, height, theme }) => {
      await using report = await openReport({ viewport: { width, height }, colorScheme: theme });
      const { page, troubles, requests } = report;
      const { chart } = await firstChart(page);
      await page.locator('article.series details').nth(1).locator('summary').click();
      await page.screenshot({ path: join(folder, `${name}-${theme}.png`), fullPage: true });
      const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
      expect(widths).toEqual([width, width]);
      expect((await chart.boundingBox())?.width).toBeGreaterThan(0.7 * Math.min(width, 1152));
      expect(await poorContrasts(page)).toEqual([]);
      const back = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      expect(back).toBe(theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 22, 28)');
      expect(troubles).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
    },
  );

  it('says in words what the figures mean, and shows labels as text whatever is in them', async () => {
    await using report = await openReport();
    const { page } = report;
    expect(await page.locator('.headline').textContent()).toMatch(
      /% of the injected faults were found.*budget of 1/,
    );
    expect(await page.locator('.labelled').textContent()).toContain('1 labelled incident');
    expect(await page.locator('article.series h4').first().textContent()).toContain('</script><b>');
    expect(await page.locator('.heat tbody tr').count()).toBe(faultNames.length);
  });

  it('names every chart, button and table for those who can not see them', async () => {
    await using report = await openReport();
    const { page } = report;
    await firstChart(page);
    const unnamed = await page.evaluate(`[
      ...[...document.querySelectorAll('svg')].filter((svg) => !svg.getAttribute('aria-label')),
      ...[...document.querySelectorAll('.chart')].filter((chart) => !chart.getAttribute('aria-label')),
      ...[...document.querySelectorAll('button')].filter((button) => !(button.getAttribute('aria-label') ?? button.textContent)),
      ...[...document.querySelectorAll('main table')].filter((table) => !table.caption),
    ].map((element) => element.outerHTML.slice(0, 80))`);
    expect(unnamed).toEqual([]);
    const levels = await page.evaluate(
      `[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => Number(heading.tagName[1]))`,
    );
    const jumps = (levels as number[]).filter(
      (level, index, all) => index > 0 && level > all[index - 1]! + 1,
    );
    expect(jumps).toEqual([]);
  });

  it('zooms by dragging and by its buttons, and reads values under the mouse', async () => {
    await using report = await openReport();
    const { page, troubles } = report;
    const { article, chart, shown, readout } = await firstChart(page);
    const whole = await shown();
    const plot = (await chart.locator('.u-over').boundingBox())!;
    const middle = plot.y + plot.height / 2;
    await page.mouse.move(plot.x + 0.5 * plot.width, middle);
    await expect.poll(() => readout.textContent()).toMatch(/UTC: .*expected .*an alert outside/);
    await page.mouse.move(plot.x + 0.6 * plot.width, middle);
    await page.mouse.down();
    await page.mouse.move(plot.x + 0.7 * plot.width, middle, { steps: 5 });
    await page.mouse.up();
    await expect.poll(shown).not.toBe(whole);
    const dragged = await shown();
    await article.getByRole('button', { name: 'Zoom in' }).click();
    await expect.poll(shown).not.toBe(dragged);
    await article.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(shown).toBe(whole);
    expect(troubles).toEqual([]);
  });

  it('answers the keyboard alone: reads, zooms, moves, and goes back', async () => {
    await using report = await openReport();
    const { page } = report;
    const { chart, shown, readout } = await firstChart(page);
    const whole = await shown();
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.textContent()).toContain('UTC:');
    const first = await readout.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.textContent()).not.toBe(first);
    await page.keyboard.press('+');
    await expect.poll(shown).not.toBe(whole);
    const zoomed = await shown();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(shown).not.toBe(zoomed);
    await page.keyboard.press('0');
    await expect.poll(shown).toBe(whole);
  });

  it('lists every injection, and shows one in the chart', async () => {
    await using report = await openReport();
    const { page } = report;
    const { article, shown, readout } = await firstChart(page);
    const whole = await shown();
    await article.locator('.injections summary').click();
    const rows = article.locator('.injections tbody tr');
    await expect.poll(() => rows.count()).toBeGreaterThan(INJECTIONS / 2);
    await rows.first().getByRole('button').click();
    await expect.poll(shown).not.toBe(whole);
    expect(await readout.textContent()).toMatch(/injected .*(found|missed|quiet)/);
  });

  it('prints on white, with every chart and without its buttons', async () => {
    await using report = await openReport({ colorScheme: 'dark' });
    const { page, troubles } = report;
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await page.locator('.chart-tools').first().isVisible()).toBe(false);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(50_000);
    expect(await page.locator('article.series canvas').count()).toBe(SERIES);
    expect(troubles).toEqual([]);
  });
});
