/** One thing that keeps a fault from doing harm, and how it is taken out of the product. */
export interface Mend {
  /** What it does for people. */
  readonly name: string;
  /** The faults that it is for. */
  readonly faults: readonly string[];
  /** Of a world that shows its lack; 110 when left out. */
  readonly ticks?: number;
  /** Each text occurs once in its file, and is replaced. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

const edit = (file: string, find: string, replace: string) => [{ file, find, replace }];

const SOURCE = 'lib/sources/prometheus';
const TICK = 'lib/pipeline/tick';

/** The mends that the simulator has to notice the lack of. */
export const mends: readonly Mend[] = [
  {
    name: 'a time-out of one query does not open the circuit of the server',
    faults: ['hanging-queries'],
    edits: [
      ...edit(
        `${SOURCE}/prometheus-source.ts`,
        `          signal?.aborted || error instanceof SourceTimeoutError
            ? undefined
            : error instanceof SourceUnavailableError,
        () => this.#isAlive(),`,
        '          error instanceof SourceUnavailableError || signal?.aborted === true,',
      ),
    ],
  },
  {
    name: 'a metric that was slow is no longer asked for a few steps alone once it is answered',
    faults: ['hanging-queries', 'refused-steps'],
    edits: edit(`${TICK}/query-metrics.ts`, '      else memory.slow.delete(name);\n', ''),
  },
  {
    name: 'a window with refused steps is halved until they are alone',
    faults: ['refused-steps'],
    edits: edit(
      'lib/sources/answerable-steps.ts',
      'if (query.startSeconds >= query.endSeconds || !mayDivide(error) || signal?.aborted) throw error;',
      'if (query.startSeconds > 0) throw error;',
    ),
  },
  {
    name: 'a series that cannot be scored costs only itself',
    faults: ['unscorable-series-beside'],
    edits: edit(
      `${SOURCE}/range-response.ts`,
      'if (!all.some(({ isScorable }) => isScorable))',
      'if (all.length > 0)',
    ),
  },
  {
    name: 'overlapping pods cost the steps that both have',
    faults: ['replaced-pods'],
    edits: edit(
      'lib/sources/label-keeping-source.ts',
      'if (series.every(({ samples }) => samples.timesSeconds.length === 0)) throw',
      'if (objection !== undefined) throw',
    ),
  },
  {
    name: 'a refused batch is halved until the bad line is alone',
    faults: ['bad-line'],
    edits: edit(
      'lib/results/send-good-points.ts',
      'next.length === 1 || requests >= MAXIMUM_REQUESTS',
      'next.length >= 1 || requests >= MAXIMUM_REQUESTS',
    ),
  },
  {
    name: 'a request that is too large is split',
    faults: ['results-refuse-large-requests'],
    edits: edit(
      'lib/results/influxdb/influxdb-result-store.ts',
      'return WHOLE_REQUEST;',
      'return { areOthersStored: true, named: new Map(), count: lines.length };',
    ),
  },
  {
    name: 'Retry-After is honoured',
    faults: ['source-throttles-for-seconds', 'alerts-throttled', 'results-throttled'],
    edits: edit('lib/connections/retry.ts', 'advice.waitMilliseconds ?? 0', '0'),
  },
  {
    name: 'Retry-After may be a date',
    faults: ['source-throttles-until-a-date'],
    edits: edit('lib/connections/retry.ts', 'Date.parse(text) - nowMilliseconds', 'Number.NaN'),
  },
  {
    name: 'a caller that gave up waiting leaves the next one its Retry-After',
    faults: ['source-throttles-for-seconds', 'source-throttles-until-a-date', 'hanging-queries'],
    edits: edit(`${SOURCE}/prometheus-source.ts`, 'if (attempt === 0 && rest > 0)', 'if (attempt < 0)'),
  },
  {
    name: 'alerts wait for no store of results: what cannot be written goes to the spool',
    faults: ['results-away'],
    edits: edit(
      `${TICK}/write-results.ts`,
      '    if (!(error instanceof ResultsUnavailableError)) throw error;\n    ports.logger.error',
      '    if (error instanceof Error) throw error;\n    ports.logger.error',
    ),
  },
  {
    name: 'the spool is drained',
    faults: ['results-away'],
    edits: edit(
      `${TICK}/collect-and-detect.ts`,
      'const waiting = written.hasFailed ? [] : state.spool;',
      'const waiting: typeof state.spool = [];',
    ),
  },
  {
    name: 'alerts that were not delivered wait for the next tick',
    faults: ['alerts-away'],
    edits: edit(
      `${TICK}/collect-and-detect.ts`,
      'open.state.outbox = undelivered;',
      'open.state.outbox = undelivered.slice(undelivered.length);',
    ),
  },
  {
    name: 'what has not happened by the clock of the source is not scored',
    faults: ['clock-behind', 'clock-stepping'],
    edits: edit(
      `${TICK}/happened-window.ts`,
      '  if (sourceSeconds === undefined || !Number.isFinite(sourceSeconds))',
      '  if (sourceSeconds === undefined || Number.isFinite(sourceSeconds))',
    ),
  },
  {
    name: 'a clock that stands still is not believed',
    faults: ['clock-frozen'],
    edits: edit(
      `${TICK}/happened-window.ts`,
      'if (isStill || isIdle)',
      'if (isStill && isIdle && tickSeconds === 0)',
    ),
  },
  {
    name: 'late samples are waited for',
    faults: ['late-metric'],
    edits: edit(`${TICK}/arrived-window.ts`, 'if (isThere) return', 'if (isThere || newest !== 0) return'),
  },
  {
    name: 'late samples are waited for behind refused steps too',
    faults: ['late-metric', 'refused-steps'],
    edits: edit(
      `${TICK}/metric-answer.ts`,
      'answered === undefined\n      ? {',
      'answered === undefined || answered.endSeconds < unfilled.endSeconds\n      ? {',
    ),
  },
  {
    name: 'samples beside the grid are taken to their steps',
    faults: ['samples-beside-the-grid'],
    edits: edit(
      `${SOURCE}/steps-of-samples.ts`,
      'const step = Math.ceil((time - startSeconds) / stepSeconds);',
      'const step = (time - startSeconds) % stepSeconds === 0 ? (time - startSeconds) / stepSeconds : -1;',
    ),
  },
  {
    name: 'steps that the source fills are recognised',
    faults: ['filled-steps'],
    // It is looked for every half an hour.
    ticks: 300,
    edits: edit(`${TICK}/look-for-filling.ts`, 'isOfPresent ?', 'isOfPresent && stepSeconds === 0 ?'),
  },
  {
    name: 'a passing refusal is tried again, and its steps are not given up',
    faults: ['transient-refusals'],
    edits: edit(
      `${SOURCE}/refusal.ts`,
      "|| isPassing(error ?? '')",
      "|| (isPassing(error ?? '') && error === '')",
    ),
  },
  {
    name: 'a partial answer that lacks series is asked for again',
    faults: ['partial-answers'],
    edits: edit(
      `${TICK}/answer-objection.ts`,
      'if (warnings.length > 0 && canWait',
      'if (warnings.length < 0 && canWait',
    ),
  },
  {
    name: 'infos are no warnings',
    faults: ['infos', 'series-becomes-unscorable'],
    edits: [
      ...edit(
        `${SOURCE}/range-response.ts`,
        '  errorType: z.optional(z.string()),',
        '  errorType: z.optional(z.string()),\n  infos: z.optional(z.array(z.string())),',
      ),
      ...edit(
        `${SOURCE}/range-response.ts`,
        'warnings: warnings ?? [] };',
        'warnings: [...(warnings ?? []), ...(parsed.data.infos ?? [])] };',
      ),
    ],
  },
  {
    name: 'more series than a metric may have are an error',
    faults: ['too-many-series'],
    edits: [
      ...edit(`${SOURCE}/range-response.ts`, 'if (found.length > maximumSeries)', 'if (found.length < 0)'),
      ...edit(
        `${TICK}/answer-objection.ts`,
        'if (series.length > metric.maximumSeries)',
        'if (series.length < 0)',
      ),
    ],
  },
  {
    name: 'a metric that is not scored is silent',
    faults: ['hanging-queries', 'source-refuses-connections'],
    edits: edit(
      `${TICK}/metric-health.ts`,
      'const isSilent = timeSeconds - lastScoredSeconds > silentAfterSeconds;',
      'const isSilent = lastScoredSeconds < 0;',
    ),
  },
  {
    name: 'an old event does not say how the metrics are now',
    faults: ['events-come-again', 'hanging-queries', 'source-refuses-connections'],
    edits: edit(`${TICK}/tick-oversight.ts`, 'Math.max(timeSeconds, before.timeSeconds)', 'timeSeconds'),
  },
  {
    name: 'the state is saved only where no other container has saved',
    faults: ['two-ticks-at-once', 'hanging-queries', 'slow-queries', 'results-slow'],
    edits: edit(
      `${TICK}/shard-state-store.ts`,
      "({ kind: 'unchanged-since', etag: open.etag } as const)",
      "({ kind: 'none' } as const)",
    ),
  },
  {
    name: 'gone series are recorded hourly',
    faults: ['replaced-pods'],
    edits: edit(
      'lib/pipeline/watch/score-series.ts',
      'return alertOnMissing === true || isFirst',
      'return alertOnMissing !== true || isFirst',
    ),
  },
];
