import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A folder for one test, with the given files; those named `.gz` are compressed. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-corpus-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  }
  return folder;
}

const STEP_SECONDS = 300;
const DAY_SECONDS = 86_400;

/**
 * A daily pattern with seeded noise and one spike of ten rows, from 2024-01-01 UTC on.
 *
 * @param seed chooses the noise.
 */
export function spikedSeries(rows: number, spikeRow: number, seed: number) {
  let state = seed;
  const noise = () => {
    // Park and Miller 1988: enough for a test's noise.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  return Array.from({ length: rows }, (_, row) => {
    const timeSeconds = 1_704_067_200 + row * STEP_SECONDS;
    const isSpike = row >= spikeRow && row < spikeRow + 10;
    const daily = 3 * Math.sin((2 * Math.PI * timeSeconds) / DAY_SECONDS);
    return { timeSeconds, value: daily + 2 * noise() + (isSpike ? 80 : 0), label: isSpike ? 1 : 0 };
  });
}

/** As a file of a labelled set. */
export function labelledCsv(rows: ReturnType<typeof spikedSeries>): string {
  const lines = rows.map(({ timeSeconds, value, label }) => `${timeSeconds},${value},${label}`);
  return `timestamp,value,label\n${lines.join('\n')}\n`;
}

/** As a file of the Numenta Anomaly Benchmark. */
export function nabCsv(rows: ReturnType<typeof spikedSeries>): string {
  const lines = rows.map(({ timeSeconds, value }) => `${stampOf(timeSeconds)},${value}`);
  return `timestamp,value\n${lines.join('\n')}\n`;
}

/** The time as that benchmark writes it. */
export function stampOf(timeSeconds: number): string {
  return new Date(timeSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
