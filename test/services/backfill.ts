import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFirst } from './find.ts';
import { type PastSeries, toDailyOpenMetrics } from './open-metrics.ts';
import { commandLine, currentUser } from './program.ts';
import { silentProgress } from './progress.ts';
import { prometheus, promtoolPlaces } from './prometheus.ts';
import { runTool } from './run-tool.ts';
import type { ObtainOptions } from './start-server.ts';

/**
 * Fills a Prometheus data directory with history, so that a Prometheus that is started on it has weeks of samples at
 * once. The server must not be running on the directory.
 * @param dataDirectory made if it isn't there
 * @param history series, or a whole OpenMetrics text that ends with `# EOF`
 *
 * @example
 * await backfill(dataDirectory, [{ name: 'cpu', labels: { host: 'a' }, samples: [[1700000000, 0.5]] }]);
 * await using server = await startServer('prometheus', { settings: { dataDirectory } });
 * @throws ServiceUnavailableError when promtool is unavailable
 * @throws ToolFailedError when promtool refuses the text
 */
export async function backfill(
  dataDirectory: string,
  history: string | Iterable<PastSeries>,
  { progress = silentProgress, signal }: ObtainOptions = {},
): Promise<void> {
  const step = progress.begin('promtool', 'looking for it');
  const scratch = join(dataDirectory, `backfill-${randomUUID()}`);
  try {
    const found = await findFirst('promtool', promtoolPlaces, prometheus.mend, {
      environment: process.env,
      step,
      signal,
    });
    if (!('program' in found)) throw new Error('promtool has no address');
    await mkdir(scratch, { recursive: true });
    const texts = typeof history === 'string' ? [history] : toDailyOpenMetrics(history);
    for (const [index, text] of texts.entries()) {
      step.note(`making blocks of part ${index + 1} of ${texts.length}`);
      const file = join(scratch, 'samples.txt');
      await writeFile(file, text);
      const site = {
        directory: dataDirectory,
        container: `tidemark-promtool-${randomUUID()}`,
        user: currentUser(),
      };
      const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, dataDirectory];
      const command = commandLine(found.program, args, site);
      await runTool(command.file, command.args, { signal });
    }
    step.done(`history is in ${dataDirectory}`);
  } catch (error) {
    step.failed('no history');
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
