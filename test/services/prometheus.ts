import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { debianPlace } from './debian.ts';
import { dockerPlace } from './docker.ts';
import { pathPlace } from './find.ts';
import { environmentPlace, getText } from './health.ts';
import { prometheus3BuildPlace } from './prometheus-3/place.ts';
import type { Service } from './service.ts';

/** How a Prometheus is started. */
export interface PrometheusSettings {
  /** Holds the time series; a new directory beside the configuration when left out. It outlives the server. */
  readonly dataDirectory?: string | undefined;
  /** The elements of `scrape_configs`; itself and the node_exporter when left out. */
  readonly scrapeConfigs?: readonly ScrapeConfig[] | undefined;
  /** Address of a node_exporter to be scraped. */
  readonly nodeExporterUrl?: string | undefined;
  /** Prometheus deletes what is older: backfilled weeks must lie inside. */
  readonly retentionDays?: number | undefined;
  /** Of `--enable-feature`. */
  readonly features?: readonly string[] | undefined;
}

/** The part of Prometheus' scrape configuration that tests need; see its documentation for the meaning. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly scrape_interval?: string;
  readonly metrics_path?: string;
  readonly static_configs: readonly {
    readonly targets: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  }[];
}

const DEFAULT_RETENTION_DAYS = 3650;
const SCRAPE_INTERVAL = '5s';
const IMAGE = 'prom/prometheus:v2.42.0';
const buildInfoSchema = z.object({ data: z.object({ version: z.string() }) });

const scrape = (job: string, url: string): ScrapeConfig => ({
  job_name: job,
  static_configs: [{ targets: [new URL(url).host] }],
});

/** What both versions share; `name`, `title`, `places` and `mend` are each version's own. */
const server: Omit<
  Service<'prometheus' | 'prometheus3', PrometheusSettings>,
  'name' | 'title' | 'places' | 'mend'
> = {
  healthPath: '/-/ready',
  async prepare({ directory, port, url }, settings = {}) {
    const configuration = {
      global: { scrape_interval: SCRAPE_INTERVAL, evaluation_interval: SCRAPE_INTERVAL },
      scrape_configs: settings.scrapeConfigs ?? [
        scrape('prometheus', url),
        ...(settings.nodeExporterUrl ? [scrape('node', settings.nodeExporterUrl)] : []),
      ],
    };
    const file = join(directory, 'prometheus.yml');
    const data = settings.dataDirectory ?? join(directory, 'data');
    await mkdir(data, { recursive: true });
    await writeFile(file, stringify(configuration));
    return {
      args: [
        `--config.file=${file}`,
        `--storage.tsdb.path=${data}`,
        `--storage.tsdb.retention.time=${settings.retentionDays ?? DEFAULT_RETENTION_DAYS}d`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        '--web.enable-remote-write-receiver',
        '--log.level=warn',
        ...(settings.features ? [`--enable-feature=${settings.features.join(',')}`] : []),
      ],
    };
  },
  connect: async ({ url }) => ({ url }),
  adopt: async (url) => ({ url }),
  version: async (url) =>
    buildInfoSchema.parse(JSON.parse(await getText(`${url}/api/v1/status/buildinfo`))).data.version,
};

export const prometheus: Service<'prometheus', PrometheusSettings> = {
  ...server,
  name: 'prometheus',
  title: 'Prometheus',
  places: [
    environmentPlace('TIDEMARK_PROMETHEUS_URL', server.healthPath),
    pathPlace(['prometheus'], ['--version'], 2),
    dockerPlace({ kind: 'container', image: IMAGE }),
    debianPlace('prometheus', 'usr/bin/prometheus'),
  ],
  mend: 'set TIDEMARK_PROMETHEUS_URL, or put Prometheus 2.x on the PATH (https://prometheus.io/download), or start Docker',
};

/** The next major version, for the tests of what differs; a server of one's own, never the shared one. */
export const prometheus3: Service<'prometheus3', PrometheusSettings> = {
  ...server,
  name: 'prometheus3',
  title: 'Prometheus 3',
  places: [
    environmentPlace('TIDEMARK_PROMETHEUS3_URL', server.healthPath),
    pathPlace(['prometheus3', 'prometheus'], ['--version'], 3),
    dockerPlace({ kind: 'container', image: 'prom/prometheus:v3.13.2' }),
    prometheus3BuildPlace,
  ],
  mend: 'put Prometheus 3.x on the PATH (https://prometheus.io/download), or start Docker, or install go (1.25 or newer) so that it can be built',
};

/** Where promtool, which comes with Prometheus, is looked for. */
export const promtoolPlaces = [
  pathPlace(['promtool'], ['--version'], 2),
  dockerPlace({ kind: 'container', image: IMAGE, entrypoint: 'promtool' }),
  debianPlace('prometheus', 'usr/bin/promtool'),
];
