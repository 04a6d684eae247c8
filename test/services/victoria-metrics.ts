import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { debianPlace } from './debian.ts';
import { dockerPlace } from './docker.ts';
import { pathPlace } from './find.ts';
import { environmentPlace, getText } from './health.ts';
import type { ScrapeConfig } from './prometheus.ts';
import type { Service } from './service.ts';

const HEALTH = '/health';

/** How a VictoriaMetrics is started. */
export interface VictoriaMetricsSettings {
  /**
   * How far behind the present its answers end; VictoriaMetrics fills the steps after that with the last one before.
   * Its default is 30 seconds.
   */
  readonly latencyOffsetSeconds?: number | undefined;
  /** Whether a sample that is written again counts once; false when left out, as it is by default. */
  readonly deduplicates?: boolean | undefined;
  /** What it scrapes itself; nothing when left out. */
  readonly scrapeConfigs?: readonly ScrapeConfig[] | undefined;
}

export const victoriaMetrics: Service<'victoriaMetrics', VictoriaMetricsSettings> = {
  name: 'victoriaMetrics',
  title: 'VictoriaMetrics',
  healthPath: HEALTH,
  places: [
    environmentPlace('TIDEMARK_VICTORIA_METRICS_URL', HEALTH),
    pathPlace(['victoria-metrics', 'victoria-metrics-prod'], ['-version'], 1),
    dockerPlace({ kind: 'container', image: 'victoriametrics/victoria-metrics:v1.79.5' }),
    debianPlace('victoria-metrics', 'usr/bin/victoria-metrics'),
  ],
  mend: 'put victoria-metrics 1.x on the PATH (https://docs.victoriametrics.com), or start Docker',
  async prepare(
    { directory, port },
    { latencyOffsetSeconds = 30, deduplicates = false, scrapeConfigs = [] } = {},
  ) {
    const scrapes = join(directory, 'scrape.yml');
    await writeFile(scrapes, stringify({ scrape_configs: scrapeConfigs }));
    return {
      args: [
        `-storageDataPath=${join(directory, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        `-promscrape.config=${scrapes}`,
        '-retentionPeriod=10y',
        `-search.latencyOffset=${latencyOffsetSeconds}s`,
        ...(deduplicates ? ['-dedup.minScrapeInterval=1ms'] : []),
        '-loggerLevel=WARN',
      ],
    };
  },
  connect: async ({ url }) => ({ url }),
  adopt: async (url) => ({ url }),
  // It passes for a Prometheus 2.24 in its build information; its own version is a metric.
  async version(url) {
    const metrics = await getText(`${url}/metrics`);
    return /short_version="([^"]*)"/.exec(metrics)?.[1] || 'unknown';
  },
};
