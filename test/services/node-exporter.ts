import { debianPlace } from './debian.ts';
import { dockerPlace } from './docker.ts';
import { parseVersion, pathPlace } from './find.ts';
import { environmentPlace, getText } from './health.ts';
import type { Service } from './service.ts';

/** Those that this machine's CPU, memory, load, disks and network are read from; the others only make scrapes slower. */
const COLLECTORS = ['cpu', 'meminfo', 'loadavg', 'diskstats', 'netdev'] as const;

export const nodeExporter: Service<'nodeExporter', undefined> = {
  name: 'nodeExporter',
  title: 'node_exporter',
  healthPath: '/metrics',
  places: [
    environmentPlace('TIDEMARK_NODE_EXPORTER_URL', '/metrics'),
    pathPlace(['node_exporter', 'prometheus-node-exporter'], ['--version'], 1),
    dockerPlace({ kind: 'container', image: 'prom/node-exporter:v1.5.0' }),
    debianPlace('prometheus-node-exporter', 'usr/bin/prometheus-node-exporter'),
  ],
  mend: 'set TIDEMARK_NODE_EXPORTER_URL, or put node_exporter 1.x on the PATH (https://prometheus.io/download), or start Docker',
  prepare: async ({ port }) => ({
    args: [
      `--web.listen-address=127.0.0.1:${port}`,
      '--collector.disable-defaults',
      ...COLLECTORS.map((name) => `--collector.${name}`),
      '--web.disable-exporter-metrics',
      '--log.level=warn',
    ],
  }),
  connect: async ({ url }) => ({ url }),
  adopt: async (url) => ({ url }),
  async version(url) {
    const line = /^node_exporter_build_info.*$/m.exec(await getText(`${url}/metrics`))?.[0] ?? '';
    return (
      parseVersion(/version="([^"]+)"/.exec(line.replace(/goversion="[^"]*"/, ''))?.[1] ?? '') ?? 'unknown'
    );
  },
};
