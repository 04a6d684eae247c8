import { Document, isMap, isScalar, isSeq, type Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import { formatDuration } from '../config/duration.ts';
import { type PresetName, readPreset } from '../config/presets/preset-files.ts';
import { printableText } from '../config/printable-text.ts';
import type { Candidate, KeptCandidate } from './candidate.ts';
import type { Proposal } from './propose.ts';

/** What a configuration is written from, beside the metrics. */
export interface ConfigurationWishes {
  /** The source section, as users write it. */
  readonly source: Readonly<Record<string, unknown>> & { readonly url: string };
  readonly falseAlertsPerWeek: number;
  /** The file's name, for the commands in its comments. */
  readonly file: string;
  readonly nowSeconds: number;
}

const INTERVAL_SECONDS = 60;
const DEFAULT_STALE_SECONDS = 300;
const DEFAULT_SERIES_LIMIT = 1000;
const DEFAULT_SERIES_PER_SHARD = 10_000;
const MAXIMUM_STALE_SECONDS = 3600;
/** So many scrapes may be missed before a target counts as down. */
const STALE_SCRAPES = 3;
/** Flow style for what fits on a line. */
const LINE_LENGTH = 90;

/**
 * A configuration with the proposed metrics, commented: what each metric shows and how many series it has, and what was left
 * out and why. Results, models and states are files on this machine, so that nothing but Prometheus is needed.
 *
 * @returns YAML that {@link loadConfiguration} accepts.
 */
export function configurationText(proposal: Proposal, wishes: ConfigurationWishes): string {
  const { kept, leftOut } = proposal;
  const seriesCount = kept.reduce((sum, one) => sum + one.seriesCount, 0);
  const slowest = Math.max(0, ...kept.map(({ candidate }) => candidate.scrapeIntervalSeconds));
  const staleSeconds = Math.min(MAXIMUM_STALE_SECONDS, STALE_SCRAPES * slowest);
  const shards = Math.ceil(seriesCount / DEFAULT_SERIES_PER_SHARD);
  const document = new Document({
    source: {
      kind: 'prometheus',
      ...wishes.source,
      ...(staleSeconds > DEFAULT_STALE_SECONDS ? { staleAfter: formatDuration(staleSeconds) } : {}),
    },
    detection: { falseAlertsPerWeek: wishes.falseAlertsPerWeek },
    ...(shards > 1 ? { schedule: { shards } } : {}),
    metrics: kept.map(metricOf),
    results: { kind: 'ndjson', directory: '.tidemark/results' },
    models: { kind: 'filesystem', directory: '.tidemark/models' },
    alerts: { log: true },
  });
  commentMetrics(document.get('metrics') as YAMLSeq<YAMLMap>, kept);
  escapeVariables(document);
  const top = document.contents as YAMLMap<Scalar, unknown>;
  commentKeys(top, {
    detection:
      'How many false alerts you accept, per series and week. It sets the threshold of every series.',
    schedule: 'Each invocation handles its share of the metrics.',
    metrics: 'Each series that a query returns is learned and monitored on its own.',
    results:
      'Verdicts are lines in files, relative to where the command runs. InfluxDB and Prometheus can hold them as well: docs/results.md.',
    models: 'What is learned.',
    alerts: 'Alerts are printed. To notify people: alertmanager: { url: "http://127.0.0.1:9093" }',
  });
  flowWhereShort(document);
  const { file } = wishes;
  document.commentBefore = comment([
    `Written by tidemark init on ${new Date(wishes.nowSeconds * 1000).toISOString().slice(0, 10)}: ${kept.length} metrics with ${seriesCount} series. Change it as you like.`,
    '',
    `  tidemark validate ${file}          checks it`,
    `  tidemark train --config ${file}    learns from the history in Prometheus`,
    `  tidemark monitor --config ${file}  monitors from this machine`,
  ]);
  if (leftOut.length > 0 || proposal.untried > 0) document.comment = comment(leftOutLines(proposal));
  return document.toString({ lineWidth: 0 });
}

function metricOf({ candidate, seriesCount }: KeptCandidate) {
  const { name, description, query, unit, labels, detection, seriesLimit } = candidate;
  const limit = seriesCount > DEFAULT_SERIES_LIMIT ? { seriesLimit } : {};
  return { name, description, query, unit, labels, ...limit, detection: withoutEmpty(detection) };
}

/** The settings that say something: `both` and an empty domain are the defaults. */
function withoutEmpty({ direction, domain, minimumDeviation }: Candidate['detection']) {
  const settings = {
    ...(direction === 'both' ? {} : { direction }),
    ...(Object.keys(domain).length === 0 ? {} : { domain }),
    ...(minimumDeviation === undefined ? {} : { minimumDeviation }),
  };
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function commentMetrics(metrics: YAMLSeq<YAMLMap>, kept: readonly KeptCandidate[]): void {
  let last: PresetName | undefined | null = null;
  for (const [index, item] of metrics.items.entries()) {
    const { candidate, seriesCount, constantCount } = kept[index]!;
    const lines = [factsOf(candidate, seriesCount, constantCount)];
    if (candidate.preset !== last) {
      const title =
        candidate.preset === undefined
          ? 'No preset knows these: they follow from what their exporters say of them'
          : `${readPreset(candidate.preset).title}, of the preset ${candidate.preset}`;
      lines.unshift(`--- ${title}`, '');
    }
    last = candidate.preset;
    item.commentBefore = comment(lines);
    if (index > 0) item.spaceBefore = true;
  }
}

function factsOf(
  { why, scrapeIntervalSeconds }: Candidate,
  seriesCount: number,
  constantCount: number,
): string {
  const series = `${seriesCount} series${constantCount > 0 ? `, ${constantCount} of them constant on the last day` : ''}`;
  const slow =
    scrapeIntervalSeconds > INTERVAL_SECONDS
      ? `; scraped every ${formatDuration(scrapeIntervalSeconds)}`
      : '';
  return `${why === '' ? '' : `${why}. `}${series}${slow}.`;
}

function leftOutLines({ leftOut, untried }: Proposal): string[] {
  const lines = leftOut.map(({ name, explanation }) => `  ${printableText(name)} ${explanation}`);
  const presets = new Set(leftOut.flatMap(({ preset }) => preset ?? []));
  if (presets.size > 0)
    lines.push(
      'To watch one of these all the same, such as errors that have not happened yet, copy it from the file of its preset',
      `into metrics: ${[...presets].map((name) => `config/presets/${name}.yaml`).join(', ')}`,
    );
  if (untried > 0)
    lines.push(`${untried} more metrics that no preset knows were not tried: init --other N tries more.`);
  return leftOut.length > 0 ? ['Left out:', ...lines] : lines;
}

function commentKeys(top: YAMLMap<Scalar, unknown>, comments: Readonly<Record<string, string>>): void {
  for (const [index, { key }] of top.items.entries()) {
    if (index > 0) key.spaceBefore = true;
    const text = comments[String(key.value)];
    if (text !== undefined) key.commentBefore = comment([text]);
  }
}

/** `${` begins the name of a variable in a configuration, and none in a server's words. */
function escapeVariables(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string') node.value = node.value.replaceAll('${', () => '$${');
    },
  });
}

/** Short mappings and lists within a metric or a section stand on one line, as people write them. */
function flowWhereShort(document: Document): void {
  visit(document, {
    Pair(_, { value }) {
      if (!isMap(value) && !isSeq(value)) return;
      const isShort = JSON.stringify(value.toJSON()).length < LINE_LENGTH;
      const isLine = isMap(value) || value.items.every((item) => isScalar(item));
      if (isShort && isLine) value.flow = true;
    },
  });
}

/** Lines as the package wants them: a comment sign is put before each, and an empty line stays one. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? ' ' : ` ${line}`)).join('\n');
}
