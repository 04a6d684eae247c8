import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PastSeries, toDailyOpenMetrics } from './open-metrics.ts';
import { silentProgress } from './progress.ts';
import { findPromtool, promtool } from './promtool.ts';
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
    const program = await findPromtool(step, signal);
    await mkdir(scratch, { recursive: true });
    const texts = typeof history === 'string' ? [history] : toDailyOpenMetrics(history);
    for (const [index, text] of texts.entries()) {
      step.note(`making blocks of part ${index + 1} of ${texts.length}`);
      const file = join(scratch, 'samples.txt');
      await writeFile(file, text);
      const args = ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, dataDirectory];
      await promtool(program, args, dataDirectory, signal);
    }
    step.done(`history is in ${dataDirectory}`);
  } catch (error) {
    step.failed('no history');
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
