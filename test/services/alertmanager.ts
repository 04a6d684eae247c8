import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { debianPlace } from './debian.ts';
import { dockerPlace } from './docker.ts';
import { pathPlace } from './find.ts';
import { environmentPlace, getText } from './health.ts';
import type { Service } from './service.ts';

const statusSchema = z.object({ versionInfo: z.object({ version: z.string() }) });

export const alertmanager: Service<'alertmanager', undefined> = {
  name: 'alertmanager',
  title: 'Alertmanager',
  healthPath: '/-/ready',
  places: [
    environmentPlace('TIDEMARK_ALERTMANAGER_URL', '/-/ready'),
    pathPlace(['alertmanager', 'prometheus-alertmanager'], ['--version'], 0),
    dockerPlace({ kind: 'container', image: 'prom/alertmanager:v0.25.0' }),
    debianPlace(
      'prometheus-alertmanager',
      'usr/bin/prometheus-alertmanager',
      '/usr/share/prometheus/alertmanager',
    ),
  ],
  mend: 'set TIDEMARK_ALERTMANAGER_URL, or put Alertmanager on the PATH (https://prometheus.io/download), or start Docker',
  async prepare({ directory, port }) {
    const file = join(directory, 'alertmanager.yml');
    // Alerts are held and shown by its API; there is nobody here to be notified.
    await writeFile(file, stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }));
    return {
      args: [
        `--config.file=${file}`,
        `--storage.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        // Without peers it would still listen for them, on every interface.
        '--cluster.listen-address=',
        '--log.level=warn',
      ],
    };
  },
  connect: async ({ url }) => ({ url }),
  adopt: async (url) => ({ url }),
  version: async (url) =>
    statusSchema.parse(JSON.parse(await getText(`${url}/api/v2/status`))).versionInfo.version,
};
