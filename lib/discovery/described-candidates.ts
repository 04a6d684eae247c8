import { printableText } from '../config/printable-text.ts';
import type { MetricDescription } from '../sources/metric-catalogue.ts';
import type { Candidate } from './candidate.ts';
import { rateWindow } from './preset-candidates.ts';
import { isPlainName, type Survey } from './survey.ts';

/** What servers and exporters say of themselves, and what Tidemark writes. */
const OWN_PREFIXES = [
  'scrape_',
  'prometheus_',
  'alertmanager_',
  'process_',
  'promhttp_',
  'go_',
  'python_',
  'net_conntrack_',
  'ALERTS',
  'tidemark_',
];
/** Facts and settings, not measurements; and `up`, which stays 1 all day. */
const FACTS =
  /^up$|(?:_info|_created|_timestamp(?:_seconds)?|_start_time(?:_seconds)?|_build|_limit|_max|_config|_version|_enabled)$/;
/** What nobody has decided about is watched only where it has few series. */
const MOST_SERIES = 20;
/** How useful a kind is where nothing else is known: the latency and traffic of a histogram before a gauge. */
const RANKS = { histogram: 0, summary: 1, counter: 2, gauge: 3, unknown: 4 } as const;
const DEFAULT_SCRAPE_SECONDS = 60;
/** Grafana's units of the base units that names end in. Source: Prometheus' practices, "Metric and label naming". */
const UNITS: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  celsius: 'celsius',
};

/**
 * Candidates that follow from what exporters say of their metrics alone: rates of counters, traffic and mean of histograms
 * and summaries, gauges as they are. What a recognised preset covers is left to it.
 *
 * @returns the most useful ones first.
 */
export function describedCandidates({ names, descriptions, presets }: Survey): Candidate[] {
  const covered = [...OWN_PREFIXES, ...presets.flatMap(({ preset }) => preset.covers)];
  const present = new Set(names);
  const scraped = presets.map(({ scrapeIntervalSeconds }) => scrapeIntervalSeconds);
  const scrapeIntervalSeconds = scraped.length === 0 ? DEFAULT_SCRAPE_SECONDS : Math.max(...scraped);
  return [...descriptions]
    .filter(([name]) => isPlainName(name) && !FACTS.test(name))
    .filter(([name]) => !covered.some((prefix) => name.startsWith(prefix)))
    .toSorted(
      ([one, first], [other, second]) => RANKS[first.type] - RANKS[second.type] || (one < other ? -1 : 1),
    )
    .flatMap(([name, description]) =>
      present.has(name) || present.has(`${name}_count`) || present.has(`${name}_total`)
        ? candidatesOf(
            present.has(`${name}_total`) ? `${name}_total` : name,
            description,
            scrapeIntervalSeconds,
          )
        : [],
    );
}

function candidatesOf(
  name: string,
  { type, help }: MetricDescription,
  scrapeIntervalSeconds: number,
): Candidate[] {
  const window = rateWindow(scrapeIntervalSeconds);
  const base = name.replace(/_total$/, '');
  const said = printableText(help) || `The ${type} ${name}`;
  const unit = UNITS[/_([a-z]+)$/.exec(base)?.[1] ?? ''];
  const candidate = (own: Pick<Candidate, 'name' | 'query' | 'description' | 'unit'>): Candidate => ({
    ...own,
    name: own.name.slice(0, 100),
    why: '',
    labels: undefined,
    detection: { direction: 'both', domain: {} },
    preset: undefined,
    scrapeIntervalSeconds,
    isPlain: false,
    seriesLimit: MOST_SERIES,
  });
  const positive = { direction: 'both', domain: { minimum: 0 } } as const;
  switch (type) {
    case 'counter':
      return [
        {
          ...candidate({
            name: `${base}_rate`,
            query: `sum by (job) (rate(${name}[${window}]))`,
            description: `Per second: ${said}`,
            unit: unit === 'bytes' ? 'Bps' : 'ops',
          }),
          detection: positive,
        },
      ];
    case 'histogram':
    case 'summary':
      return [
        {
          ...candidate({
            name: `${base}_rate`,
            query: `sum by (job) (rate(${name}_count[${window}]))`,
            description: `Observations per second: ${said}`,
            unit: 'ops',
          }),
          detection: positive,
        },
        candidate({
          name: `${base}_mean`,
          query: `sum by (job) (rate(${name}_sum[${window}])) / (sum by (job) (rate(${name}_count[${window}])) > 0)`,
          description: `Mean: ${said}`,
          unit,
        }),
      ];
    case 'gauge':
      // The name of a counter under the type of a gauge: nobody knows which of them is wrong.
      if (/_(?:total|count|sum|bucket)$/.test(name)) return [];
      return [{ ...candidate({ name, query: name, description: said, unit }), isPlain: true }];
    case 'unknown':
      return [];
  }
}
