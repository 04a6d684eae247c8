import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfill } from '../../services/backfill.ts';
import { type PastSeries, toExposition } from '../../services/open-metrics.ts';
import type { ScrapeConfig } from '../../services/prometheus.ts';
import type { ServiceName } from '../../services/service.ts';
import { startServer } from '../../services/start-server.ts';

/** What a server is started with: a past, and what it scrapes. */
export interface ServerContent {
  readonly history?: readonly PastSeries[];
  readonly scrapeConfigs?: readonly ScrapeConfig[];
}

/** A running server of a test's own. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it. What it had taken is there after the next start. */
  end(): Promise<void>;
  start(): Promise<void>;
}

/** A server that speaks Prometheus' HTTP API, and in what it differs from Prometheus 2. */
export interface MetricServer {
  readonly title: string;
  /** What `cannotHave` is asked. */
  readonly needs: readonly ServiceName[];
  /** Significant digits of a value that it gives back as they were written. */
  readonly keptDigits: number;
  /** Whether it stores NaN. */
  readonly storesNotANumber: boolean;
  /** How long it repeats a last sample, in seconds. */
  readonly lookbackSeconds: number;
  /** Scraped samples are seen after so many seconds. */
  readonly seenAfterSeconds: number;
  /** Whether every query that the grammar allows is answered or refused. */
  readonly survivesAnyQuery: boolean;
  /** How it words its refusals. */
  readonly refuses: {
    readonly unparsable: RegExp;
    /** Undefined when it answers a range selector as if it were an instant one. */
    readonly rangeVector: RegExp | undefined;
    readonly ambiguousJoin: RegExp;
  };
  start(content: ServerContent): Promise<RunningServer>;
}

function prometheusOf(
  service: 'prometheus' | 'prometheus3',
  more: Pick<MetricServer, 'title' | 'lookbackSeconds'> & { readonly features?: readonly string[] },
): MetricServer {
  const { features, ...own } = more;
  return {
    ...own,
    needs: service === 'prometheus' ? ['prometheus'] : ['prometheus', service],
    keptDigits: 17,
    storesNotANumber: true,
    seenAfterSeconds: 0,
    survivesAnyQuery: true,
    refuses: {
      unparsable: /parse error.*unclosed left parenthesis/,
      rangeVector: /invalid expression type "range vector"/,
      ambiguousJoin: /many-to-many|duplicate series/,
    },
    async start({ history = [], scrapeConfigs = [] }) {
      const directory = await mkdtemp(join(tmpdir(), 'tidemark-metrics-'));
      const dataDirectory = join(directory, 'data');
      const remove = () => rm(directory, { recursive: true, force: true });
      try {
        if (history.length > 0) await backfill(dataDirectory, history);
        const settings = { dataDirectory, scrapeConfigs, features };
        const server = await startServer(service, { settings });
        return {
          url: server.address.url,
          end: () => server.kill(),
          start: () => server.start(),
          async [Symbol.asyncDispose]() {
            await server[Symbol.asyncDispose]();
            await remove();
          },
        };
      } catch (error) {
        await remove();
        throw error;
      }
    },
  };
}

/** Debian's Prometheus 2. */
export const prometheus2 = prometheusOf('prometheus', { title: 'Prometheus 2', lookbackSeconds: 300 });

/** The present Prometheus 3, with what has to be switched on. Its history is written by Prometheus 2. */
export const prometheus3 = prometheusOf('prometheus3', {
  title: 'Prometheus 3',
  lookbackSeconds: 300,
  features: [
    'promql-extended-range-selectors',
    'promql-duration-expr',
    'promql-experimental-functions',
    'promql-binop-fill-modifiers',
  ],
});

/** Debian's VictoriaMetrics, without its latency offset unless a test is about it. */
export const victoriaMetrics: MetricServer = {
  title: 'VictoriaMetrics',
  needs: ['victoriaMetrics'],
  keptDigits: 12,
  storesNotANumber: false,
  // It repeats a sample for as long as its series' samples lie apart.
  lookbackSeconds: 60,
  seenAfterSeconds: 3,
  // 1.79 ends when the step of a subquery is hexadecimal.
  survivesAnyQuery: false,
  refuses: {
    unparsable: /unexpected token/,
    rangeVector: undefined,
    ambiguousJoin: /duplicate time series/,
  },
  async start({ history = [], scrapeConfigs = [] }) {
    const settings = { latencyOffsetSeconds: 0, scrapeConfigs };
    const server = await startServer('victoriaMetrics', { settings });
    const { url } = server.address;
    await writeHistory(url, history);
    return {
      url,
      // Killed, it would forget the last five seconds.
      end: () => server.stop(),
      start: () => server.start(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** Writes a past into a running VictoriaMetrics, and waits until it can be read. */
export async function writeHistory(url: string, history: readonly PastSeries[]): Promise<void> {
  const body = toExposition(history);
  const taken = await fetch(`${url}/api/v1/import/prometheus`, { method: 'POST', body });
  if (taken.status !== 204) throw new Error(`VictoriaMetrics took no history: ${await taken.text()}`);
  // What was written is read from the next flush on, and answers from before it are remembered.
  for (const path of ['force_flush', 'resetRollupResultCache']) await fetch(`${url}/internal/${path}`);
}
