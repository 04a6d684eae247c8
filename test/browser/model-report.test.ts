import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../services/browser.ts';

const entry = join(import.meta.dirname, '../../bin/tidemark.ts');
let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-report-'));
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      'source: { kind: simulation, hosts: 1 }',
      'metrics: [{ name: cpu_usage }]',
      'schedule: { step: 5m, interval: 5m }',
      'model: { seasonalities: { weekly: { fourierOrder: 24 } } }',
      'models: { kind: filesystem, directory: models }',
      '',
    ].join('\n'),
  );
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', entry, ...args, '--config', 'config.yaml'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
  };
  run('train', '--to', '2026-03-02T00:00:00Z');
  run('model', 'show', 'cpu_usage', 'web-1', '--plot', 'web-1.html');
  browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the plot of a model', () => {
  it.each(['light', 'dark'] as const)(
    'is drawn without a request or an error, in %s',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme });
      const troubles: string[] = [];
      const requests: string[] = [];
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => troubles.push(message.text()));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(join(folder, 'web-1.html')).href);
      expect(await page.locator('figure canvas').count()).toBe(4);
      expect(await page.locator('h2').allTextContents()).toEqual([
        'Expected values',
        'Trend',
        'Seasonality: weekly',
        'Seasonality: daily',
      ]);
      expect(await page.locator('.u-legend').first().textContent()).toContain('measured');
      const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(paper).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 23, 29)');
      expect(troubles).toEqual([]);
      expect(requests).toHaveLength(1);
      await page.close();
    },
  );

  it('draws again when the reader changes to dark', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.goto(pathToFileURL(join(folder, 'web-1.html')).href);
    const pixels = () => page.evaluate('document.querySelector("canvas").toDataURL()');
    const before = await pixels();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(pixels).not.toBe(before);
    expect(await page.locator('figure canvas').count()).toBe(4);
    await page.close();
  });
});
