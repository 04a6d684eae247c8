import type { HttpAnswer, PostRequest } from '../../../../lib/connections/http-transport.ts';
import { type AnswerSeries, type Fault, isActive, type RangeReply, serverSeconds } from '../fault.ts';
import { type Background, type BackgroundSeries, STEP_SECONDS } from '../healthy-background.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { sendReply, soundReply } from './reply.ts';
import type { RetryAfterWatch } from './retry-after-watch.ts';

/** How far the server looks back for a sample. */
const LOOKBACK_SECONDS = 300;

/** A Prometheus that has the series of a background, by its HTTP API; faults change what it says. */
export class PrometheusInProcess {
  readonly #background: Background;
  readonly #faults: readonly Fault[];
  readonly #clock: VirtualClock;
  readonly #retryAfter: RetryAfterWatch;

  constructor(
    background: Background,
    faults: readonly Fault[],
    clock: VirtualClock,
    retryAfter: RetryAfterWatch,
  ) {
    this.#background = background;
    this.#faults = faults;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
  }

  /** @param caller the container that asks. */
  async post({ url, body, signal }: PostRequest, caller: number): Promise<HttpAnswer> {
    // As Node does: of a request that was given up before, nothing is sent.
    signal.throwIfAborted();
    const now = this.#clock.nowSeconds();
    const active = this.#faults.filter((fault) => isActive(fault, now));
    const ownSeconds = serverSeconds(this.#faults, now);
    let dateSeconds = Math.floor(ownSeconds);
    for (const { dateAt } of active) if (dateAt !== undefined) dateSeconds = dateAt(dateSeconds);
    const reply = soundReply(dateSeconds);
    if (!url.pathname.endsWith('/query_range')) {
      for (const { onProbe } of active) onProbe?.(reply);
      return sendReply(
        reply,
        () => '{"status":"success","data":{"resultType":"vector","result":[]}}',
        signal,
        this.#clock,
      );
    }
    const text = body.toString();
    const parameters = new URLSearchParams(text);
    const request = {
      metric: parameters.get('query') ?? '',
      startSeconds: Number(parameters.get('start')),
      endSeconds: Number(parameters.get('end')),
      nowSeconds: ownSeconds,
    };
    const metric = this.#background.metrics.find(({ name }) => name === request.metric);
    const series = (metric?.series ?? []).map((one) =>
      answerOf(one, request.startSeconds, request.endSeconds, ownSeconds),
    );
    const ranged: RangeReply = Object.assign(reply, { series, warnings: [], infos: [] });
    for (const { onQuery } of active) onQuery?.(request, ranged);
    this.#retryAfter.asked('the source', caller, text);
    const answer = await sendReply(ranged, () => textOf(ranged), signal, this.#clock);
    this.#retryAfter.answered('the source', caller, text, ranged, dateSeconds - now);
    return answer;
  }
}

/** Beyond the server's clock its last sample stands for the steps, as far as it looks back. */
function answerOf(
  { labels, valueAt }: BackgroundSeries,
  startSeconds: number,
  endSeconds: number,
  nowSeconds: number,
): AnswerSeries {
  const values: [number, string][] = [];
  const newest = Math.floor(nowSeconds / STEP_SECONDS) * STEP_SECONDS;
  for (let time = startSeconds; time <= endSeconds; time += STEP_SECONDS) {
    if (time > newest + LOOKBACK_SECONDS) break;
    const value = valueAt(Math.min(time, newest));
    if (value !== undefined) values.push([time, value]);
  }
  return { labels: { ...labels }, values };
}

function textOf({ series, warnings, infos }: RangeReply): string {
  const result = series
    .filter(({ values, histograms }) => values.length > 0 || histograms !== undefined)
    .map(({ labels: metric, values, histograms }) =>
      histograms === undefined
        ? { metric, values }
        : { metric, histograms, ...(values.length > 0 ? { values } : {}) },
    );
  return JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result },
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  });
}
