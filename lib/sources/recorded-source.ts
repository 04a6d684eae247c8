import type { Connection } from '../connections/connection.ts';
import type { Series } from '../series/series.ts';
import type { RangeQuery, RangeResult, SeriesSource } from './series-source.ts';
import { onStepGrid } from './step-grid.ts';

/** All that a file or a stream held. */
export interface Recording {
  readonly series: readonly Series[];
  /** What could not be read, and on which line. */
  readonly warnings: readonly string[];
}

/** What a kind of recording has of its own. */
export interface Recorder {
  readonly name: 'csv' | 'manual';
  /** Changes when there is something new to read; never when it can be read only once. */
  version(): Promise<string>;
  /** @throws SourceUnavailableError or SourceQueryError */
  read(): Promise<Recording>;
  /** Which of the series a query means. */
  isMeant(series: Series, query: string): boolean;
}

/** A recording as a source: it is read once and again when it has changed, and answers from memory. */
export class RecordedSource implements SeriesSource {
  readonly isSimulated = false;
  readonly #recorder: Recorder;
  #known: { readonly version: string; readonly recording: Promise<Recording> } | undefined;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  get name(): string {
    return this.#recorder.name;
  }

  /**
   * Every series with its samples at their own times: what a training begins with.
   *
   * @throws SourceUnavailableError when it can't be read.
   * @throws SourceQueryError when it is not what it should be.
   */
  async recording(): Promise<Recording> {
    const version = await this.#recorder.version();
    if (this.#known?.version !== version) {
      const recording = this.#recorder.read();
      this.#known = { version, recording };
      recording.catch(() => {
        this.#known = undefined;
      });
    }
    return this.#known.recording;
  }

  async recordedUntilSeconds(): Promise<number | undefined> {
    const { series } = await this.recording();
    const ends = series.flatMap(({ samples }) => samples.timesSeconds.at(-1) ?? []);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** The newest sample of each step, by step-grid.ts; a series without any in the range is left out. */
  async queryRange(query: RangeQuery): Promise<RangeResult> {
    const { series, warnings } = await this.recording();
    const found = series
      .filter((one) => this.#recorder.isMeant(one, query.query))
      .map(({ labels, samples }) => ({ labels, samples: onStepGrid(samples, query) }))
      .filter(({ samples }) => samples.values.length > 0);
    return { series: found, warnings };
  }

  async check(): Promise<Connection> {
    try {
      const { series, warnings } = await this.recording();
      const detail = `${series.length} series${warnings.length > 0 ? `; ${warnings[0]}` : ''}`;
      return { service: this.name, isUp: true, detail };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return { service: this.name, isUp: false, detail };
    }
  }
}
