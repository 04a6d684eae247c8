import { createHash } from 'node:crypto';
import { escape as lineEscape } from '@influxdata/influxdb-client';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type {
  AlertRecord,
  BaselineRecord,
  EvaluationRecallRecord,
  EvaluationRecord,
  GapRecord,
  HealthRecord,
  MetricStateRecord,
  ResultRecord,
  TickOutcomeRecord,
  TickRecord,
  TrainingRecord,
  VerdictRecord,
} from '../result-store.ts';

/**
 * Encodes records as InfluxDB line protocol with times in seconds. Tags contain nothing of the run, so a record that is
 * written twice is one point. Fields that are not finite are left out: line protocol has no NaN.
 *
 * One encoder serves one process: it caches the escaped tags of each series, most of a line. The client's `Point` sorts
 * and escapes the tags of every point, which takes six times as long.
 */
export class LineProtocolEncoder {
  readonly #tagsByLabels = new WeakMap<Labels, string>();

  /** One line per record; none for a record without finite fields. */
  encode(records: readonly ResultRecord[]): string[] {
    const lines: string[] = [];
    for (const record of records) {
      const line = this.#line(record);
      if (line !== undefined) lines.push(line);
    }
    return lines;
  }

  #line(record: ResultRecord): string | undefined {
    switch (record.measurement) {
      case 'verdict':
        return this.#verdict(record);
      case 'alert':
        return this.#alert(record);
      case 'tick':
        return tick(record);
      case 'baseline':
        return this.#baseline(record);
      case 'tick_outcome':
        return tick(record);
      case 'metric_state':
        return metricState(record);
      case 'health':
        return health(record);
      case 'gap':
        return gap(record);
      case 'training':
        return training(record);
      case 'evaluation':
        return evaluation(record);
      case 'evaluation_recall':
        return evaluationRecall(record);
    }
  }

  #verdict({ metric, labels, isSimulated, verdict }: VerdictRecord): string {
    const { band, score } = verdict;
    let fields = `anomalous=${verdict.anomalous ? 'T' : 'F'},kind=${lineEscape.quoted(verdict.kind)}`;
    if (Number.isFinite(verdict.value)) fields += `,value=${verdict.value}`;
    if (band !== undefined) {
      fields += finite('expected', band.expected) + finite('lower', band.lower) + finite('upper', band.upper);
    }
    if (score !== undefined) fields += finite('score', score) + finite('confidence', verdict.confidence);
    if (verdict.channel !== undefined) fields += `,channel=${lineEscape.quoted(verdict.channel)}`;
    return `verdict${this.#tags(metric, labels, isSimulated)} ${fields} ${verdict.timeSeconds}`;
  }

  #baseline({ metric, labels, isSimulated, timeSeconds, ...band }: BaselineRecord): string | undefined {
    const { expected, lower, upper } = band;
    const fields = finite('expected', expected) + finite('lower', lower) + finite('upper', upper);
    if (fields === '') return undefined;
    return `baseline${this.#tags(metric, labels, isSimulated)} ${fields.slice(1)} ${timeSeconds}`;
  }

  #alert(record: AlertRecord): string {
    const fields =
      `id=${lineEscape.quoted(record.id)},incidentId=${lineEscape.quoted(record.incidentId)}` +
      // The labels in full: tags have no empty values and no line breaks.
      `,labels=${lineEscape.quoted(JSON.stringify(shortLabels(record.labels)))},onset=${record.onsetSeconds}i` +
      `,explanation=${lineEscape.quoted(record.explanation)}` +
      finite('value', record.value) +
      finite('score', record.score);
    // The kind is a tag: an onset and a resolution at one time are two points.
    const tags = `${this.#tags(record.metric, record.labels, record.isSimulated)},kind=${lineEscape.tag(record.kind)}`;
    return `alert${tags} ${fields} ${record.timeSeconds}`;
  }

  #tags(metric: string, labels: Labels, isSimulated: boolean): string {
    const prefix = `,metric=${tagText(metric)}${isSimulated ? ',simulated=true' : ''}`;
    let tags = this.#tagsByLabels.get(labels);
    if (tags === undefined) {
      tags = `,series=${tagText(seriesKey(labels))}${labelTags(labels)}`;
      this.#tagsByLabels.set(labels, tags);
    }
    return prefix + tags;
  }
}

function gap({ metric, startSeconds, endSeconds, skippedSeconds }: GapRecord): string {
  return `gap,metric=${lineEscape.tag(metric)} end=${endSeconds}i,skippedSeconds=${skippedSeconds}i ${startSeconds}`;
}

function tick(record: TickRecord | TickOutcomeRecord): string | undefined {
  const { measurement, shard, timeSeconds } = record;
  const fields = numbers(record.fields).slice(1);
  return fields === '' ? undefined : `${measurement},shard=${shard} ${fields} ${timeSeconds}`;
}

function metricState({ metric, shard, timeSeconds, state, reason, unit, fields }: MetricStateRecord): string {
  const texts = Object.entries({ state, reason, unit })
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name}=${lineEscape.quoted(text)}`]))
    .join(',');
  return `metric_state,metric=${lineEscape.tag(metric)},shard=${shard} ${texts}${numbers(fields)} ${timeSeconds}`;
}

function health({ shard, timeSeconds, role, service, state, reason, ...counts }: HealthRecord): string {
  const { sinceSeconds, ticks, troubles } = counts;
  const text = reason === undefined ? '' : `,reason=${lineEscape.quoted(reason)}`;
  return (
    `health,role=${role},service=${lineEscape.tag(service)},shard=${shard} state=${lineEscape.quoted(state)}` +
    `,since=${sinceSeconds}i,ticks=${ticks}i,troubles=${troubles}i${text} ${timeSeconds}`
  );
}

function training({ metric, isSimulated, status, version, reason, ...record }: TrainingRecord): string {
  const texts = Object.entries({ status, version, reason })
    .flatMap(([name, text]) => (text === undefined ? [] : [`,${name}=${lineEscape.quoted(text)}`]))
    .join('')
    .slice(1);
  return `training${metricTags(metric, isSimulated)} ${texts}${numbers(record.fields)} ${record.timeSeconds}`;
}

function evaluation({ metric, isSimulated, headline, fields, timeSeconds }: EvaluationRecord): string {
  const text = `headline=${lineEscape.quoted(headline)}`;
  return `evaluation${metricTags(metric, isSimulated)} ${text}${numbers(fields)} ${timeSeconds}`;
}

function evaluationRecall({
  metric,
  isSimulated,
  kind,
  size,
  expects,
  ...record
}: EvaluationRecallRecord): string {
  const tags = `${metricTags(metric, isSimulated)},kind=${lineEscape.tag(kind)},size=${size},expects=${expects}`;
  const text = `magnitude=${lineEscape.quoted(record.magnitude)}`;
  return `evaluation_recall${tags} ${text}${numbers(record.fields)} ${record.timeSeconds}`;
}

function metricTags(metric: string, isSimulated: boolean): string {
  return `,metric=${lineEscape.tag(metric)}${isSimulated ? ',simulated=true' : ''}`;
}

/** Each field with a leading comma. */
function numbers(fields: Readonly<Record<string, number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => finite(lineEscape.tag(name), value))
    .join('');
}

function finite(name: string, value: number): string {
  return Number.isFinite(value) ? `,${name}=${value}` : '';
}

/**
 * Names of Tidemark's tags and fields and of columns that Flux adds. A label with such a name, or with such a name and
 * trailing underscores, gets one more underscore, so that no two labels become one tag.
 */
const RESERVED_NAME = new RegExp(
  `^(${[
    ...['metric', 'series', 'simulated', 'kind', 'shard', 'time', 'result', 'table'],
    ...['value', 'expected', 'lower', 'upper', 'score', 'confidence', 'anomalous', 'channel'],
    ...['id', 'incidentId', 'labels', 'onset', 'explanation'],
    ...['_field', '_measurement', '_time', '_value', '_start', '_stop'],
  ].join('|')})_*$`,
);

/** A field of text may have 64 KB. */
function shortLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [shortened(name), shortened(value)]),
  );
}

/** The name of the label that a tag was made of, see {@link RESERVED_NAME}. */
export function labelOfTag(tag: string): string {
  return RESERVED_NAME.test(tag) && tag.endsWith('_') ? tag.slice(0, -1) : tag;
}

function labelTags(labels: Labels): string {
  return (
    Object.keys(labels)
      // Line protocol has neither empty names nor empty values.
      .filter((name) => name !== '' && labels[name] !== '')
      .map((name) => [RESERVED_NAME.test(name) ? `${name}_` : name, labels[name] ?? ''] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([tag, value]) => `,${tagText(tag)}=${tagText(value)}`)
      .join('')
  );
}

/** InfluxDB refuses a point whose tags are 64 KB or longer, all together. */
const MAXIMUM_TAG_LENGTH = 2000;

/** A text that is too long, cut and told apart from other such texts by a digest. */
function shortened(text: string): string {
  if (text.length <= MAXIMUM_TAG_LENGTH) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${text.slice(0, MAXIMUM_TAG_LENGTH).toWellFormed()}… ${digest}`;
}

/**
 * A backslash at the end of a tag's name or value would escape the following equals sign or comma, and line protocol
 * cannot escape it: a space is appended, so that `C:` and `C:\\` stay two series.
 */
function tagText(text: string): string {
  const short = shortened(text);
  return lineEscape.tag(short.endsWith('\\') ? `${short} ` : short);
}
