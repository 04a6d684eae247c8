import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeDiscovery } from '../../lib/compose/discovery.ts';
import { presetNames, readPreset } from '../../lib/config/presets/preset-files.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { type Survey, surveyServer } from '../../lib/discovery/survey.ts';
import type { SeriesSource } from '../../lib/sources/series-source.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { exporters } from '../exporters/exporters.ts';
import { backfillExporters, serveExporters } from '../exporters/exposition-server.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { until } from './servers/until.ts';

const HISTORY_DAYS = 1;

describe.skipIf(await cannotHave('prometheus'))(
  'the presets on a Prometheus that scrapes their exporters',
  () => {
    const owned = new AsyncDisposableStack();
    let source: SeriesSource;
    let survey: Survey;
    let nowSeconds: number;

    beforeAll(async () => {
      const directory = await mkdtemp(join(tmpdir(), 'tidemark-presets-'));
      owned.defer(() => rm(directory, { recursive: true, force: true }));
      const dataDirectory = join(directory, 'data');
      await backfillExporters(dataDirectory, Object.values(exporters), HISTORY_DAYS);
      const { scrapeConfigs } = owned.use(await serveExporters(Object.values(exporters)));
      const { address } = owned.use(
        await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs } }),
      );
      const configuration = configurationSchema.parse({
        source: { url: address.url },
        metrics: [{ name: 'up', query: 'up' }],
      });
      const runtime = { logger: silentLogger, environment: {}, remainingMilliseconds: () => Infinity };
      const discovery = await composeDiscovery(configuration, runtime);
      ({ source } = discovery);
      await until(async () => (await discovery.catalogue.descriptions()).size > 100);
      nowSeconds = Math.floor(Date.now() / 1000);
      survey = await surveyServer(discovery, nowSeconds);
    });
    afterAll(() => owned.disposeAsync());

    it('are all recognised', () => {
      expect(survey.presets.map(({ name }) => name)).toEqual(presetNames);
    });

    it('find how often the exporters are scraped, and how far back the history goes', () => {
      for (const { name, scrapeIntervalSeconds } of survey.presets) {
        // A minute in the past, five seconds now.
        expect([5, 60], name).toContain(scrapeIntervalSeconds);
      }
      expect(survey.historySeconds).toBeGreaterThan((HISTORY_DAYS - 0.1) * 86_400);
      expect(survey.historySeconds).toBeLessThan((HISTORY_DAYS + 0.2) * 86_400);
    });

    it.each(presetNames)('%s returns rows for every metric, with the labels that it keeps', async (name) => {
      const window = { startSeconds: nowSeconds - 3600, endSeconds: nowSeconds, stepSeconds: 60 };
      for (const { name: metric, query, labels } of readPreset(name).metrics) {
        const { series, warnings } = await source.queryRange({ query, labels, ...window });
        expect(series.length, metric).toBeGreaterThan(0);
        expect(warnings, metric).toEqual([]);
        for (const one of series) {
          expect(one.samples.values.length, metric).toBeGreaterThan(50);
          expect(one.samples.values.every(Number.isFinite), metric).toBe(true);
          expect(labels, metric).toEqual(expect.arrayContaining(Object.keys(one.labels)));
        }
      }
    });

    it.each(presetNames)('%s allows the values of its metrics: none is out of its domain', async (name) => {
      const window = { startSeconds: nowSeconds - 3600, endSeconds: nowSeconds, stepSeconds: 60 };
      for (const { name: metric, query, labels, detection } of readPreset(name).metrics) {
        const { minimum = -Infinity, maximum = Infinity } = detection.domain;
        const { series } = await source.queryRange({ query, labels, ...window });
        for (const { samples } of series)
          for (const value of samples.values) {
            expect(value, metric).toBeGreaterThanOrEqual(minimum);
            expect(value, metric).toBeLessThanOrEqual(maximum);
          }
      }
    });
  },
);
