import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One series of the golden file: per point the value, the seasonal part and what a scorer must say. */
export interface GoldenSeries {
  readonly name: string;
  readonly step: number;
  readonly threshold: number;
  readonly ts: readonly number[];
  /** null stands for NaN. */
  readonly value: readonly (number | null)[];
  /** null: no seasonal table at this point. */
  readonly seasonal: readonly (number | null)[];
  /** -9 where nothing is scored. */
  readonly L: readonly number[];
  readonly Lf: readonly number[];
  readonly confidence: readonly number[];
  readonly channel: readonly number[];
  readonly v: readonly (readonly number[])[];
  /** 0 none, 1 onset, 2 escalation, 3 new spike. */
  readonly alert: readonly number[];
}

/** Beside the labelled corpus: TIDEMARK_CORPUS's parent, else ../shared next to the repository. */
export function goldenPath(): string {
  const corpus = process.env.TIDEMARK_CORPUS;
  const folder = corpus ? dirname(resolve(corpus)) : resolve(import.meta.dirname, '../../../shared');
  return join(folder, 'detector-golden-7.json');
}

/** @returns the golden series, or undefined when the file is not on this machine. */
export function readGoldenVectors(): readonly GoldenSeries[] | undefined {
  const path = goldenPath();
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, 'utf8')) as { series: GoldenSeries[] }).series;
}
