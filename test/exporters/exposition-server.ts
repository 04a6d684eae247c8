import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backfill } from '../services/backfill.ts';
import type { PastSeries } from '../services/open-metrics.ts';
import type { ScrapeConfig } from '../services/prometheus.ts';
import type { SimulatedExporter } from './exporters.ts';
import type { ExposedSeries, Family } from './family.ts';

/** Samples of the history, and scrapes from then on, are so far apart. */
const HISTORY_STEP_SECONDS = 60;
/** Prometheus' blocks begin at multiples of this. */
const BLOCK_SECONDS = 7200;

/** A running server that exposes what simulated exporters measure now. */
export interface ExpositionServer extends AsyncDisposable {
  /** What a Prometheus is set to scrape. */
  readonly scrapeConfigs: readonly ScrapeConfig[];
}

/** Serves each target of each exporter on a path of its own, on the loopback. */
export async function serveExporters(
  exporters: readonly SimulatedExporter[],
  scrapeInterval = '5s',
): Promise<ExpositionServer> {
  const targets = exporters.flatMap((exporter) =>
    exporter.instances.map((instance, seed) => ({ ...exporter, instance, seed })),
  );
  const server = createServer((request, response) => {
    const target = targets[Number(request.url?.slice(1))];
    if (target === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(exposition(target.families, target.seed, Date.now() / 1000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    scrapeConfigs: targets.map(({ job, instance }, index) => ({
      job_name: `target-${index}`,
      scrape_interval: scrapeInterval,
      metrics_path: `/${index}`,
      static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { job, instance } }],
    })),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a target answers to a scrape. Source: Prometheus' documentation, "Exposition formats". */
function exposition(families: readonly Family[], seed: number, timeSeconds: number): string {
  return families
    .map(({ name, type, help, series }) => {
      const lines = series(seed).map((one) => `${selector(one)} ${one.at(timeSeconds)}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function selector({ name, labels }: ExposedSeries): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

/**
 * Fills a data directory with the past of the same targets up to now, as if they had been scraped every minute. The last
 * hours come last, so that few seconds are missing between them and the first scrape.
 *
 * @param days how long ago it begins.
 */
export async function backfillExporters(
  dataDirectory: string,
  exporters: readonly SimulatedExporter[],
  days: number,
): Promise<void> {
  const boundarySeconds = Math.floor(Date.now() / 1000 / BLOCK_SECONDS) * BLOCK_SECONDS;
  await backfill(dataDirectory, pastOf(exporters, boundarySeconds - days * 86_400, boundarySeconds));
  await backfill(dataDirectory, pastOf(exporters, boundarySeconds, Math.floor(Date.now() / 1000)));
}

/** What the targets would have been scraped for, every minute from start to end. */
export function* pastOf(
  exporters: readonly SimulatedExporter[],
  startSeconds: number,
  endSeconds: number,
): Generator<PastSeries> {
  const samples = (at: (timeSeconds: number) => number) =>
    (function* () {
      for (let time = startSeconds; time < endSeconds; time += HISTORY_STEP_SECONDS)
        yield [time, at(time)] as const;
    })();
  for (const { job, instances, families } of exporters)
    for (const [seed, instance] of instances.entries()) {
      yield { name: 'up', labels: { job, instance }, samples: samples(() => 1) };
      for (const family of families)
        for (const { name, labels, at } of family.series(seed))
          yield { name, labels: { ...labels, job, instance }, samples: samples(at) };
    }
}
