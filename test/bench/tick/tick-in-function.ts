import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nodeOptions } from '../../../lib/config/node-options.ts';
import { bundled } from './bundle.ts';
import type { TickRun } from './measure-tick.ts';
import type { StageSettings } from './tick-stage.ts';

/** Ticks in a process of their own, bundled and with the options of a deployed function of that memory. */
export async function tickIn(settings: StageSettings, memoryMegabytes: number): Promise<TickRun> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-tick-'));
  try {
    const bundle = await bundled(join(import.meta.dirname, 'tick-process.ts'), directory);
    await copyFile(
      join(import.meta.dirname, 'recorded-answer.json'),
      join(directory, 'recorded-answer.json'),
    );
    const options = nodeOptions(memoryMegabytes).split(' ');
    const child = async (part: string) => {
      const command = [...options, bundle, part, directory, JSON.stringify(settings)];
      return (await promisify(execFile)(process.execPath, command)).stdout;
    };
    await child('prepare');
    return JSON.parse(await child('measure'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
