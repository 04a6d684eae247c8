import type { Delay, Fault, SeriesSpan, Span } from '../fault.ts';
import { type Background, type BackgroundMetric, STEP_SECONDS } from '../healthy-background.ts';
import { CATCH_UP_SECONDS } from '../hostile-configuration.ts';

/** Faults that follow each other so closely are one: what waits has not been caught up between them. */
const JOINED_SECONDS = 5 * STEP_SECONDS;
/** When so much of the catch-up is used up, steps may be lost. */
const LOSS_SECONDS = CATCH_UP_SECONDS - 10 * STEP_SECONDS;
/** A metric that was delayed is up to date after so many ticks: slow queries ask for less at first, circuits stay open for a while. */
const RECOVERY_SECONDS = 3 * STEP_SECONDS;
/** A source that is so far behind is not believed: it can't be told from one whose clock stands still. */
const MOST_SECONDS_BEHIND = 290;

/** What the faults of a world may have changed. All that it does not allow is a violation. */
export class Allowances {
  readonly #faults: readonly Fault[];
  readonly #delays = new Map<string, readonly Delay[]>();
  readonly #lost = new Map<string, SeriesSpan[]>();
  readonly #untrue: Span[];
  readonly #additional: ReadonlySet<string>;
  readonly #touched = new Map<string, number>();

  constructor(background: Background, faults: readonly Fault[]) {
    this.#faults = faults;
    const all = <Item>(of: (fault: Fault) => readonly Item[] | undefined) =>
      faults.flatMap((fault) => of(fault) ?? []);
    this.#untrue = all(({ consequences }) => consequences.untrue);
    this.#additional = new Set(
      all(({ consequences }) => consequences.additional).map(({ metric, key }) => `${metric} ${key}`),
    );
    for (const { metric, key, fromSeconds } of all(({ consequences }) => consequences.touched))
      for (const { name } of background.metrics)
        if (metric === 'all' || metric === name) this.#touch(name, key, fromSeconds);
    for (const span of all(({ consequences: { refused = [], absent = [] } }) => [...refused, ...absent]))
      this.#lose(span);
    for (const { name } of background.metrics) {
      const delays = all(({ consequences }) => consequences.delays).filter(
        ({ metrics }) => metrics === 'all' || metrics.includes(name),
      );
      this.#delays.set(name, delays);
      this.#loseWhatWaitsTooLong(name, delays);
    }
    // A new container has to find out again that steps are filled.
    const filled = faults.filter(({ consequences }) => consequences.untrue !== undefined);
    for (const { fromSeconds, untilSeconds } of filled)
      if (faults.some((fault) => fault.onTick !== undefined && overlap(fault, { fromSeconds, untilSeconds })))
        this.#untrue.push({ fromSeconds, untilSeconds });
    for (const span of confusedClocks(faults)) {
      this.#untrue.push(span);
      for (const { name } of background.metrics) this.#touch(name, undefined, span.fromSeconds);
    }
  }

  /** From when on the detector of a series may have seen something else; Infinity for never. Unix seconds. */
  touchedFrom(metric: string, key: string): number {
    return Math.min(this.#touched.get(metric) ?? Infinity, this.#touched.get(`${metric} ${key}`) ?? Infinity);
  }

  /** Whether a step of a series may be without a verdict. */
  mayLack(metric: string, key: string, timeSeconds: number): boolean {
    const spans = this.#lost.get(metric) ?? [];
    return spans.some((span) => (span.key === undefined || span.key === key) && contains(span, timeSeconds));
  }

  /** Whether a step of a series may be without a verdict although the metric has others. */
  mayLackAlone(metric: string, key: string, timeSeconds: number): boolean {
    return (this.#lost.get(metric) ?? []).some((span) => span.key === key && contains(span, timeSeconds));
  }

  /** Whether a step of a whole metric may be without verdicts: refused, or every series of it is absent or can't be scored. */
  mayLackAll(metric: BackgroundMetric, timeSeconds: number): boolean {
    const spans = (this.#lost.get(metric.name) ?? []).filter((span) => contains(span, timeSeconds));
    return (
      spans.some(({ key }) => key === undefined) ||
      metric.series.every((series) => spans.some(({ key }) => key === series.key))
    );
  }

  /** Whether the store of results can't take the verdict. */
  isUnstored(metric: string, key: string, timeSeconds: number): boolean {
    return this.#faults.some(({ consequences: { unstored = [] } }) =>
      unstored.some((span) => span.metric === metric && span.key === key && contains(span, timeSeconds)),
    );
  }

  /** Whether a value may be recorded that the series did not have. */
  mayBeUntrue(timeSeconds: number): boolean {
    return this.#untrue.some((span) => contains(span, timeSeconds));
  }

  isAdditional(metric: string, key: string): boolean {
    return this.#additional.has(`${metric} ${key}`);
  }

  /** Whether something delays the metric in this time. */
  isDelayed(metric: string, span: Span): boolean {
    return (this.#delays.get(metric) ?? []).some((delay) => overlap(withRecovery(delay), span));
  }

  /** Whether the store of states may not have been available in this time. */
  isStateless(span: Span): boolean {
    return this.#faults.some(({ consequences: { stateless = [] } }) =>
      stateless.some((one) => overlap(one, span)),
    );
  }

  /**
   * Until when something is to be notified.
   *
   * @param undisturbedSeconds when it is notified where nothing goes wrong.
   * @param afterSeconds how long it may take beyond that.
   */
  deadline(metric: string, undisturbedSeconds: number, afterSeconds: number): number {
    const ofMetric = (this.#delays.get(metric) ?? []).map(withRecovery);
    const ofChannels = this.#faults.flatMap(({ consequences: { unnotified = [] } }) =>
      unnotified.map(withRecovery),
    );
    const blocking = [...ofMetric.filter(({ extraSeconds }) => extraSeconds === undefined), ...ofChannels];
    const shifting = ofMetric.filter(({ extraSeconds }) => extraSeconds !== undefined);
    let deadline = undisturbedSeconds + afterSeconds;
    for (;;) {
      const span = { fromSeconds: undisturbedSeconds - 2 * STEP_SECONDS, untilSeconds: deadline };
      const freeSeconds = Math.max(
        undisturbedSeconds,
        ...blocking.filter((one) => overlap(one, span)).map(({ untilSeconds }) => untilSeconds),
      );
      const extra = shifting
        .filter((one) => overlap(one, span))
        .reduce((sum, one) => sum + (one.extraSeconds ?? 0), 0);
      const later = freeSeconds + extra + afterSeconds;
      if (later <= deadline) return deadline;
      deadline = later;
    }
  }

  #touch(metric: string, key: string | undefined, fromSeconds: number): void {
    const name = key === undefined ? metric : `${metric} ${key}`;
    this.#touched.set(name, Math.min(this.#touched.get(name) ?? Infinity, fromSeconds));
  }

  #lose(span: SeriesSpan): void {
    this.#lost.set(span.metric, [...(this.#lost.get(span.metric) ?? []), span]);
  }

  /** What lies further back than the catch-up is skipped, and partial answers are scored at last. */
  #loseWhatWaitsTooLong(metric: string, delays: readonly Delay[]): void {
    for (const { fromSeconds, untilSeconds, members } of joined(delays)) {
      const extra = members.reduce((sum, { extraSeconds = 0 }) => sum + extraSeconds, 0);
      const limit = Math.min(
        LOSS_SECONDS,
        ...members.map(({ lossAfterSeconds = Infinity }) => lossAfterSeconds),
      );
      if (untilSeconds - fromSeconds + extra <= limit) continue;
      const first = fromSeconds - 3 * STEP_SECONDS - extra;
      this.#touch(metric, undefined, first);
      this.#lose({ metric, fromSeconds: first, untilSeconds });
    }
  }
}

function joined(delays: readonly Delay[]): (Span & { readonly members: readonly Delay[] })[] {
  const sorted = delays.toSorted((one, other) => one.fromSeconds - other.fromSeconds);
  const spans: { fromSeconds: number; untilSeconds: number; members: Delay[] }[] = [];
  for (const delay of sorted) {
    const last = spans.at(-1);
    if (last === undefined || delay.fromSeconds > last.untilSeconds + JOINED_SECONDS)
      spans.push({ fromSeconds: delay.fromSeconds, untilSeconds: delay.untilSeconds, members: [delay] });
    else {
      last.untilSeconds = Math.max(last.untilSeconds, delay.untilSeconds);
      last.members.push(delay);
    }
  }
  return spans;
}

/** Times in which the source's clock says nothing that could be believed: far behind, or behind while its Date stands still. */
function confusedClocks(faults: readonly Fault[]): Span[] {
  const behind = faults.filter(({ clockAt }) => clockAt !== undefined);
  const still = faults.filter(({ dateAt }) => dateAt !== undefined);
  const spans: Span[] = [];
  for (const one of behind) {
    for (const other of [...behind, ...still]) {
      if (other === one || !overlap(one, other)) continue;
      const fromSeconds = Math.max(one.fromSeconds, other.fromSeconds);
      const untilSeconds = Math.min(one.untilSeconds, other.untilSeconds);
      let isConfused = other.dateAt !== undefined;
      for (let now = fromSeconds; now < untilSeconds && !isConfused; now += STEP_SECONDS / 2)
        isConfused = now - (other.clockAt?.(one.clockAt?.(now) ?? now) ?? now) > MOST_SECONDS_BEHIND;
      if (isConfused)
        spans.push({
          fromSeconds: fromSeconds - 10 * STEP_SECONDS,
          untilSeconds: untilSeconds + 10 * STEP_SECONDS,
        });
    }
  }
  return spans;
}

function withRecovery<One extends Span>(span: One): One {
  return { ...span, untilSeconds: span.untilSeconds + RECOVERY_SECONDS };
}

function contains({ fromSeconds, untilSeconds }: Span, seconds: number): boolean {
  return fromSeconds <= seconds && seconds < untilSeconds;
}

function overlap(one: Span, other: Span): boolean {
  return one.fromSeconds < other.untilSeconds && other.fromSeconds < one.untilSeconds;
}
