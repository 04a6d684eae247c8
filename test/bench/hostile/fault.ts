import type { TickPhase } from '../../../lib/pipeline/tick/tick.ts';
import type { Dice } from './dice.ts';
import type { Background } from './healthy-background.ts';

/** From its onset on, and before its end; Unix seconds. */
export interface Span {
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

/** A range that the source is asked for. */
export interface RangeRequest {
  readonly metric: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** When it is asked, Unix seconds. */
  readonly nowSeconds: number;
}

/** A series as the source writes it; faults may write what no sound server does. */
export interface AnswerSeries {
  labels: Record<string, unknown>;
  values: (readonly [timeSeconds: number, value: unknown])[];
  histograms?: readonly unknown[];
}

/** What a server answers to an HTTP request; faults change it in place. */
export interface HttpReply {
  delayMilliseconds: number;
  /** The line failed: nobody listened, it was cut, or no answer ever comes. */
  lost: 'refused' | 'reset' | 'hang' | undefined;
  status: number;
  readonly headers: Record<string, string>;
  /** In the place of what the server would say. */
  body: string | undefined;
}

/** The source's answer, before it is text. */
export interface RangeReply extends HttpReply {
  series: AnswerSeries[];
  readonly warnings: string[];
  readonly infos: string[];
}

/** What the store of results answers to a write; it stores the lines only where the status is 204. */
export interface WriteReply extends HttpReply {
  /** Lines that are stored although the request is refused. */
  stored: readonly string[];
}

/** What the object store does with a call: it fails before it has done anything, or after. */
export type ObjectFailure = 'before' | 'after' | undefined;

/** How a tick runs that does not run once, to its end, in a warm container. */
export type TickDisturbance =
  | { readonly kind: 'missed' }
  /** Two containers run it at once. */
  | { readonly kind: 'twice' }
  /** The event comes again, and an old one too. */
  | { readonly kind: 'again'; readonly ticksBack: number }
  | { readonly kind: 'killed'; readonly afterPhase: TickPhase }
  | { readonly kind: 'new-container' };

/** Metrics are scored later while it lasts. */
export interface Delay extends Span {
  readonly metrics: 'all' | readonly string[];
  /** Each step is so much later at most; undefined where nothing is scored until the end. */
  readonly extraSeconds?: number;
  /** Once it has lasted so long, an incomplete answer is scored: what it lacks is lost. */
  readonly lossAfterSeconds?: number;
}

/** One series, or all of a metric. */
export interface SeriesSpan extends Span {
  readonly metric: string;
  readonly key?: string;
}

/** What a fault may change of what is recorded and notified; everything else is to be as if it had not been. */
export interface Consequences {
  readonly delays?: readonly Delay[];
  /** Steps of the metric that the source refuses. */
  readonly refused?: readonly SeriesSpan[];
  /** Steps at which the series has no sample that can be scored. */
  readonly absent?: readonly SeriesSpan[];
  /** From then on a detector that has seen other samples may decide otherwise; `all` for every metric. */
  readonly touched?: readonly {
    readonly metric: string;
    readonly key?: string;
    readonly fromSeconds: number;
  }[];
  /** Steps at which a value may be recorded that the series did not have. */
  readonly untrue?: readonly Span[];
  /** Verdicts that the store of results can't take. */
  readonly unstored?: readonly SeriesSpan[];
  /** Series that are in no healthy world. */
  readonly additional?: readonly { readonly metric: string; readonly key: string }[];
  /** No channel of alerts takes anything. */
  readonly unnotified?: readonly Span[];
  /** The store of states can't be relied on. */
  readonly stateless?: readonly Span[];
}

/** Something that goes wrong for a while. */
export interface Fault extends Span {
  readonly kind: string;
  /** What happens, in a few words. */
  readonly story: string;
  readonly consequences: Consequences;
  readonly onQuery?: (request: RangeRequest, reply: RangeReply) => void;
  /** A cheap query that any healthy server answers. */
  readonly onProbe?: (reply: HttpReply) => void;
  /** Changes the server's clock, Unix seconds. */
  readonly clockAt?: (nowSeconds: number) => number;
  /** Changes the Date header of its answers alone, Unix seconds. */
  readonly dateAt?: (clockSeconds: number) => number;
  readonly onWrite?: (lines: readonly string[], reply: WriteReply) => void;
  readonly onObject?: (operation: 'get' | 'put' | 'list' | 'delete', key: string) => ObjectFailure;
  readonly onAlerts?: (reply: HttpReply) => void;
  readonly onTick?: () => TickDisturbance | undefined;
}

/** One kind of fault, by what it is called in the report. */
export interface FaultKind {
  readonly kind: string;
  /** How often it is drawn, against the others; 1 when left out. */
  readonly weight?: number;
  /** Ticks that it lasts at most; 40 when left out. */
  readonly mostTicks?: number;
  readonly draw: (
    dice: Dice,
    span: Span,
    background: Background,
  ) => Omit<Fault, 'kind' | keyof Span> & Partial<Span>;
}

export function isActive({ fromSeconds, untilSeconds }: Span, seconds: number): boolean {
  return fromSeconds <= seconds && seconds < untilSeconds;
}

/** Unix seconds on the server's clock, which faults may change. */
export function serverSeconds(faults: readonly Fault[], nowSeconds: number): number {
  let seconds = nowSeconds;
  for (const fault of faults)
    if (fault.clockAt !== undefined && isActive(fault, nowSeconds)) seconds = fault.clockAt(seconds);
  return seconds;
}
