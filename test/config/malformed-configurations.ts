/** A problem that a case must show: where it stands, and the words that decide whether a person can act on it. */
interface ExpectedProblem {
  readonly file?: string;
  readonly line: number;
  readonly column?: number;
  readonly path?: string;
  readonly words: readonly string[];
}

export interface MalformedConfiguration {
  readonly name: string;
  /** Files by name; config.yaml is the one that is loaded. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly profile?: string;
  /** All problems, in order. */
  readonly expected: readonly ExpectedProblem[];
}

const source = 'source: { url: http://127.0.0.1:9090 }\n';
const metric = 'metrics:\n  - name: cpu\n    query: up\n';
/** A valid configuration of four lines; what a case appends begins in line 5. */
const valid = source + metric;
/** A configuration whose only query stands in line 4, column 12. */
const withQuery = (query: string) => `${source}metrics:\n  - name: cpu\n    query: ${query}\n`;
const one = (text: string, ...expected: ExpectedProblem[]) => ({ files: { 'config.yaml': text }, expected });

/** Configurations that are wrong in one way each, as people get them wrong. */
export const malformedConfigurations: readonly MalformedConfiguration[] = [
  // The file itself.
  {
    name: 'a file that does not exist',
    files: {},
    expected: [{ line: 1, words: ['config.yaml does not exist', 'check the path'] }],
  },
  {
    name: 'an empty file',
    ...one('', { line: 1, words: ['config.yaml is empty', 'write at least a line'] }),
  },
  { name: 'a file of comments only', ...one('# nothing\n', { line: 1, words: ['is empty'] }) },
  {
    name: 'a file that is not UTF-8',
    files: { 'config.yaml': Uint8Array.from([...new TextEncoder().encode('name: caf'), 0xe9, 0x0a]) },
    expected: [{ line: 1, words: ['is not UTF-8', 'save the file as UTF-8'] }],
  },
  {
    name: 'a file in UTF-16',
    files: { 'config.yaml': Uint8Array.from([0xff, 0xfe, 0x61, 0x00]) },
    expected: [{ line: 1, words: ['is UTF-16', 'save it as UTF-8'] }],
  },
  {
    name: 'a file that is far too large',
    ...one(`${valid}#${'x'.repeat(1_100_000)}`, { line: 1, words: ['1.0 MB', 'at most 1 MB'] }),
  },
  { name: 'a list at the top', ...one('- name: cpu\n', { line: 1, words: ['holds a list, not a mapping'] }) },
  {
    name: 'a text at the top',
    ...one('source\n', { line: 1, words: ['a single value, not a mapping', 'a space after the colon'] }),
  },

  // YAML.
  {
    name: 'tabs',
    ...one('source:\n\turl: http://127.0.0.1:9090\n', {
      line: 2,
      words: ['a tab is used for indentation', 'two spaces'],
    }),
  },
  {
    name: 'indentation that does not fit',
    ...one(`${source}metrics:\n  - name: cpu\n   query: up\n`, { line: 4, words: ['indentation'] }),
  },
  {
    name: 'a quote that is not closed',
    ...one(`name: "tidemark\n${valid}`, { line: 1, words: ['quote', 'not closed'] }),
  },
  {
    name: 'a bracket that is not closed',
    ...one('source: { url: http://127.0.0.1:9090\nmetrics: []\n', { line: 2, words: ['still open', '}'] }),
  },
  {
    name: 'a colon within a plain text',
    ...one(`name: my: name\n${valid}`, { line: 1, words: ['second "key: value"', 'in quotes'] }),
  },
  {
    name: 'a key without a colon',
    ...one(`${valid}schedule\n`, { line: 5, words: ['key without a colon'] }),
  },
  {
    name: 'a key twice',
    ...one(`${valid}name: a\nname: b\n`, {
      line: 6,
      column: 1,
      path: 'name',
      words: ['written twice', 'line 5'],
    }),
  },
  {
    name: 'two documents',
    ...one(`${valid}---\nname: b\n`, { line: 5, words: ['second YAML document', 'extends'] }),
  },
  {
    name: 'a template that was never rendered',
    ...one(`name: {{ .Values.name }}\n${valid}`, {
      line: 1,
      words: ['must be a plain word', '{{ template }}'],
    }),
  },
  {
    name: 'an alias without an anchor',
    ...one(`${valid}name: *nothing\n`, { line: 5, words: ['alias', 'nothing'] }),
  },
  {
    name: 'an alias bomb',
    ...one(
      `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n`,
      { line: 5, words: ['more than 50000 values', 'aliases'] },
    ),
  },
  {
    name: 'an alias that holds itself',
    ...one(`${valid}maintenance: &loop [*loop]\n`, { line: 5, words: ['refers to itself'] }),
  },

  // Variables.
  {
    name: 'an unset variable',
    ...one(`${metric}source:\n  url: \${PROMETHEUS_URL}\n`, {
      line: 5,
      column: 8,
      path: 'source.url',
      words: ['PROMETHEUS_URL', 'not set', `\${PROMETHEUS_URL:value}`],
    }),
  },
  {
    name: 'a variable that is no name',
    ...one(`${valid}name: a\${b-c}\n`, { line: 5, column: 8, words: ['without a variable name', '$${'] }),
  },
  {
    name: 'a variable that is not closed',
    ...one(`${valid}name: "a\${B"\n`, { line: 5, column: 9, words: ['without a variable name'] }),
  },
  {
    name: 'a variable with a bad value',
    files: { 'config.yaml': `${valid}schedule:\n  interval: \${INTERVAL}\n` },
    environment: { INTERVAL: 'often' },
    expected: [
      { line: 6, column: 13, path: 'schedule.interval', words: ['is not a duration', '"often"', '5m'] },
    ],
  },

  // extends, profiles, overrides, section files.
  {
    name: 'a cycle of three files',
    files: {
      'config.yaml': `extends: ./a.yaml\n${valid}`,
      'a.yaml': 'extends: ./b.yaml\n',
      'b.yaml': '# b\nextends: ./config.yaml\n',
    },
    expected: [
      {
        file: 'b.yaml',
        line: 2,
        column: 10,
        words: ['circular', 'config.yaml -> a.yaml -> b.yaml -> config.yaml'],
      },
    ],
  },
  {
    name: 'a file that extends itself',
    ...one(`extends: ./config.yaml\n${valid}`, { line: 1, words: ['config.yaml -> config.yaml'] }),
  },
  {
    name: 'a missing file that is extended',
    ...one(`extends: ./bas.yaml\n${valid}`, { line: 1, column: 10, words: ['bas.yaml', 'does not exist'] }),
  },
  {
    name: 'a mistyped profile',
    ...one(`extends: ballanced\n${valid}`, {
      line: 1,
      column: 10,
      words: ['profile "ballanced" not found', 'did you mean "balanced"?', 'high-accuracy'],
    }),
  },
  {
    name: 'a number that is extended',
    ...one(`extends: 7\n${valid}`, { line: 1, words: ['must name a profile or a file'] }),
  },
  {
    name: 'a mistyped profile on the command line',
    files: { 'config.yaml': valid },
    profile: 'high-frequancy',
    expected: [
      {
        file: 'command line',
        line: 1,
        words: ['profile "high-frequancy" not found', 'did you mean "high-frequency"?'],
      },
    ],
  },
  {
    name: 'a problem in a file that is extended',
    files: {
      'config.yaml': `extends: ./base.yaml\n${valid}`,
      'base.yaml': '# base\nschedule:\n  shards: 0\n',
    },
    expected: [
      {
        file: 'base.yaml',
        line: 3,
        column: 11,
        path: 'schedule.shards',
        words: ['less than 1', 'from 1 to 100'],
      },
    ],
  },
  {
    name: 'a bad override in the environment',
    files: { 'config.yaml': valid },
    environment: { TIDEMARK__SCHEDULE__SHARDS: 'many' },
    expected: [
      {
        file: '$TIDEMARK__SCHEDULE__SHARDS',
        line: 1,
        path: 'schedule.shards',
        words: ['whole number', '"many"'],
      },
    ],
  },
  {
    name: 'a mistyped override in the environment',
    files: { 'config.yaml': valid },
    environment: { TIDEMARK__SHEDULE__SHARDS: '2' },
    expected: [
      {
        file: '$TIDEMARK__SHEDULE__SHARDS',
        line: 1,
        words: ['shedule is not a known key', 'did you mean "schedule"?'],
      },
    ],
  },
  {
    name: 'an override of a metric that is not there',
    files: { 'config.yaml': valid },
    environment: { TIDEMARK__METRICS__3__QUERY: 'up' },
    expected: [{ file: '$TIDEMARK__METRICS__3__QUERY', line: 1, words: ['item 3', 'list of 1'] }],
  },
  {
    name: 'a foreign section in influxdb.yaml',
    files: { 'config.yaml': valid, 'influxdb.yaml': 'results: { kind: log }\nschedule: { shards: 2 }\n' },
    expected: [
      { file: 'influxdb.yaml', line: 2, words: ['schedule does not belong in influxdb.yaml', 'results:'] },
    ],
  },

  // Keys.
  {
    name: 'a mistyped section',
    ...one(`${valid}shedule:\n  interval: 1m\n`, {
      line: 5,
      column: 1,
      path: 'shedule',
      words: ['not a known key', 'did you mean "schedule"?'],
    }),
  },
  {
    name: 'a mistyped key',
    ...one(`${valid}detection:\n  falseAlertPerWeek: 2\n`, {
      line: 6,
      column: 3,
      words: ['did you mean "falseAlertsPerWeek"?', 'refractory'],
    }),
  },
  {
    name: 'a key in snake_case',
    ...one(`${valid}detection:\n  false_alerts_per_week: 2\n`, {
      line: 6,
      words: ['did you mean "falseAlertsPerWeek"?'],
    }),
  },
  {
    name: 'a key in the wrong section',
    ...one(`${valid}interval: 1m\n`, {
      line: 5,
      words: ['interval is not a known key', 'schedule.interval'],
    }),
  },
  {
    name: 'a key of another kind',
    ...one(`${metric}source:\n  kind: prometheus\n  url: http://127.0.0.1:9090\n  seed: 7\n`, {
      line: 7,
      words: ['seed belongs to kind: simulation', 'kind: prometheus'],
    }),
  },
  {
    name: 'a merge key',
    ...one(`${valid}schedule:\n  <<: { shards: 2 }\n`, { line: 6, words: ['merge keys', 'extends'] }),
  },
  {
    name: 'a key named __proto__',
    ...one(`${valid}__proto__: { a: 1 }\n`, {
      line: 5,
      words: ['["__proto__"]'.slice(2, -2), 'not a known key'],
    }),
  },

  // What is missing.
  {
    name: 'no metrics',
    ...one(source, { line: 1, path: 'metrics', words: ['metrics is missing', 'name: cpu'] }),
  },
  {
    name: 'no source',
    ...one(metric, { line: 1, path: 'source', words: ['source is missing', 'url: http'] }),
  },
  {
    name: 'metrics without a value',
    ...one(`${source}metrics:\n`, { line: 2, column: 1, path: 'metrics', words: ['metrics has no value'] }),
  },
  {
    name: 'an empty list of metrics',
    ...one(`${source}metrics: []\n`, { line: 2, path: 'metrics', words: ['empty list'] }),
  },
  {
    name: 'a metric without a query',
    ...one(`${source}metrics:\n  - name: cpu\n`, {
      line: 3,
      path: 'metrics[0].query',
      words: ['is missing', 'PromQL', 'query: cpu'],
    }),
  },
  {
    name: 'a metric without a name',
    ...one(`${source}metrics:\n  - query: up\n`, {
      line: 3,
      path: 'metrics[0].name',
      words: ['is missing', 'name: cpu_usage'],
    }),
  },
  {
    name: 'an item that is empty',
    ...one(`${source}metrics:\n  - name: cpu\n    query: up\n  -\n`, {
      line: 5,
      path: 'metrics[1]',
      words: ['has no value'],
    }),
  },
  {
    name: 'an InfluxDB without its token',
    ...one(`${valid}results:\n  kind: influxdb\n  url: http://127.0.0.1:8086\n`, {
      line: 5,
      path: 'results.token',
      words: ['is missing', 'secretsManager'],
    }),
  },

  // Types.
  {
    name: 'a text where a number belongs',
    ...one(`${valid}schedule:\n  shards: "2"\n`, {
      line: 6,
      column: 11,
      words: ['whole number', 'remove the quotes: 2'],
    }),
  },
  {
    name: 'a percentage',
    ...one(`${valid}model:\n  intervalWidth: 95%\n`, {
      line: 6,
      words: ['must be a number', '"95%"', 'write 0.95'],
    }),
  },
  {
    name: 'a fraction where a whole number belongs',
    ...one(`${valid}schedule:\n  shards: 1.5\n`, { line: 6, words: ['whole number', '1.5'] }),
  },
  {
    name: 'yes for true',
    ...one(`${valid}telemetry:\n  tracing: yes\n`, { line: 6, words: ['true or false', 'write true'] }),
  },
  {
    name: 'a number where a text belongs',
    ...one(`${valid}grafana:\n  datasourceUid: 12\n`, {
      line: 6,
      words: ['must be a text', 'put it in quotes: "12"'],
    }),
  },
  {
    name: 'a mapping where a list belongs',
    ...one(`${source}metrics:\n  name: cpu\n  query: up\n`, {
      line: 2,
      path: 'metrics',
      words: ['must be a list', 'a mapping with name, query', '- '],
    }),
  },
  {
    name: 'a list where a mapping belongs',
    ...one(`${valid}schedule:\n  - interval: 1m\n`, {
      line: 5,
      path: 'schedule',
      words: ['must be a mapping', 'a list of 1', 'interval'],
    }),
  },
  {
    name: 'a text where a section belongs',
    ...one(`source: http://127.0.0.1:9090\n${metric}`, {
      line: 1,
      column: 9,
      path: 'source',
      words: ['must be a mapping', 'url'],
    }),
  },
  {
    name: 'infinity',
    ...one(`${valid}detection:\n  domain: { maximum: 1e999 }\n`, {
      line: 6,
      words: ['must be a finite number', 'Infinity'],
    }),
  },

  {
    name: 'a channel that is switched on by true',
    ...one(`${valid}alerts: { eventbridge: true }\n`, {
      line: 5,
      words: ['must be a mapping', 'eventbridge: {}'],
    }),
  },
  {
    name: 'metrics by name only',
    ...one(`${source}metrics: [cpu]\n`, {
      line: 2,
      column: 11,
      words: ['must be a mapping', '{ name: cpu, query: ... }'],
    }),
  },
  {
    name: 'metrics as a mapping',
    ...one(`${source}metrics:\n  cpu: { query: up }\n`, {
      line: 2,
      words: ['must be a list', '- name: cpu'],
    }),
  },
  {
    name: 'a colon without its space',
    ...one(`${metric}source:\n  url:http://x\n`, {
      line: 5,
      column: 3,
      words: ['must be a mapping', 'url: http://x'],
    }),
  },
  {
    name: 'a query that begins with a brace',
    ...one(withQuery('{job="a"}'), { line: 4, words: ['must be a text', 'single quotes'] }),
  },
  {
    name: 'an authentication as a word',
    ...one(`${metric}source: { url: "http://p", auth: basic }\n`, {
      line: 4,
      words: ['auth: { kind: basic }'],
    }),
  },
  {
    name: 'an authentication without its kind',
    ...one(`${metric}source: { url: "http://p", auth: { username: a } }\n`, {
      line: 4,
      path: 'source.auth.kind',
      words: ['is missing', 'none, basic, bearer, sigv4'],
    }),
  },
  {
    name: 'an InfluxDB without its kind',
    ...one(`${valid}results: { url: "http://i" }\n`, {
      line: 5,
      words: ['url belongs to kind: influxdb', 'add kind: influxdb'],
    }),
  },
  {
    name: 'a variable within braces',
    ...one(`${metric}source: { url: \${P:http://x} }\n`, {
      line: 4,
      words: ['is read as YAML', 'in quotes'],
    }),
  },
  {
    name: 'no address above a profile',
    ...one(`extends: balanced\n${metric}`, {
      line: 1,
      path: 'source.url',
      words: ['source.url is missing', 'url: http://127.0.0.1:9090'],
    }),
  },

  // Values.
  {
    name: 'a mistyped kind',
    ...one(`${metric}source: { kind: promtheus, url: http://127.0.0.1:9090 }\n`, {
      line: 4,
      column: 17,
      path: 'source.kind',
      words: ['not a known kind', 'did you mean "prometheus"?', 'simulation'],
    }),
  },
  {
    name: 'a mistyped choice',
    ...one(`${valid}detection: { direction: upp }\n`, {
      line: 5,
      column: 25,
      words: ['both, up, down', 'did you mean "up"?'],
    }),
  },
  {
    name: 'an unknown detector',
    ...one(`${valid}detection: { detector: ewma }\n`, {
      line: 5,
      words: ['did you mean "ewma-chart"?', 'rarity'],
    }),
  },
  {
    name: 'a budget of zero',
    ...one(`${valid}detection: { falseAlertsPerWeek: 0 }\n`, {
      line: 5,
      words: ['must be more than 0', '10080'],
    }),
  },
  {
    name: 'a value that is too large',
    ...one(`${valid}limits: { pointsPerQuery: 20000 }\n`, {
      line: 5,
      words: ['is more than 11000', 'from 100 to 11000'],
    }),
  },
  {
    name: 'a metric name with blanks',
    ...one(`${source}metrics:\n  - name: cpu usage\n    query: up\n`, {
      line: 3,
      column: 11,
      words: ['"cpu usage"', 'letters, digits'],
    }),
  },
  {
    name: 'two metrics of one name',
    ...one(`${valid}  - name: cpu\n    query: up\n`, {
      line: 5,
      column: 11,
      path: 'metrics[1].name',
      words: ['repeats the name of metrics[0]', 'rename'],
    }),
  },
  {
    name: 'a lineage by a label that is not kept',
    ...one(`${valid}    labels: [instance]\n    lineage: [instance, job]\n`, {
      line: 6,
      column: 25,
      path: 'metrics[0].lineage[1]',
      words: ['metrics[0].labels does not keep', 'labels that are kept: instance', 'leave it out'],
    }),
  },
  {
    name: 'a copy of the results in the folder of the record, spelt otherwise',
    ...one(
      `${valid}results: { kind: ndjson, directory: /srv/results }\nresultCopies:\n  again: { kind: ndjson, directory: /srv/other/../results/ }\n`,
      {
        line: 7,
        column: 3,
        path: 'resultCopies.again',
        words: ['is the same store as results', 'remove one'],
      },
    ),
  },
  {
    name: 'an address without its protocol',
    ...one(`${metric}source: { url: "127.0.0.1:9090" }\n`, {
      line: 4,
      column: 16,
      words: ['not an http address', 'write http://127.0.0.1:9090'],
    }),
  },
  {
    name: 'an unknown time zone',
    ...one(`${valid}model: { retrain: { timezone: Europe/Berln } }\n`, {
      line: 5,
      words: ['not a time zone', 'did you mean "Europe/Berlin"?'],
    }),
  },
  {
    name: 'a bad cron expression',
    ...one(`${valid}model: { retrain: { at: "0 25 * * *" } }\n`, {
      line: 5,
      words: ['the hour "25" is not in 0-23'],
    }),
  },
  {
    name: 'a cron expression of four fields',
    ...one(`${valid}model: { retrain: { at: "0 3 * *" } }\n`, { line: 5, words: ['4 fields instead of 5'] }),
  },
  {
    name: 'a link with an unknown placeholder',
    ...one(`${valid}grafana: { linkTemplate: "http://g/{metrik}" }\n`, {
      line: 5,
      words: ['{metrik}', '{metric}'],
    }),
  },

  // Durations.
  {
    name: 'a duration in words',
    ...one(`${valid}schedule: { interval: 5 minutes }\n`, {
      line: 5,
      column: 23,
      words: ['not a duration', '"5 minutes"', 'write 5m'],
    }),
  },
  {
    name: 'a duration without its unit',
    ...one(`${valid}schedule: { interval: 60 }\n`, {
      line: 5,
      column: 23,
      words: ['must be a duration', 'the number 60', 'write 60s'],
    }),
  },
  {
    name: 'a duration with a fraction',
    ...one(`${valid}schedule: { maximumCatchUp: 1.5h }\n`, {
      line: 5,
      words: ['not a duration', 'write 1h30m'],
    }),
  },
  {
    name: 'a duration that is too short',
    ...one(`${valid}model: { history: 3h }\n`, { line: 5, words: ['is less than 1d', 'from 1d to 1095d'] }),
  },

  // Rules between keys.
  {
    name: 'a step longer than the interval',
    ...one(`${valid}schedule: { interval: 1m, step: 5m }\n`, {
      line: 5,
      column: 33,
      words: ['step is 5m, longer than the interval of 1m', 'interval: 5m'],
    }),
  },
  {
    name: 'a step that does not divide the interval',
    ...one(`${valid}schedule: { step: 25s }\n`, {
      line: 5,
      words: ['does not divide the interval of 1m', 'write 20s'],
    }),
  },
  {
    name: 'an interval of seconds',
    ...one(`${valid}schedule: { interval: 90s }\n`, {
      line: 5,
      words: ['1m30s, not whole minutes', 'set step'],
    }),
  },
  {
    name: 'a place in S3 without a bucket',
    ...one(`${valid}results: { kind: ndjson, directory: 's3:///verdicts' }\n`, {
      line: 5,
      path: 'results.directory',
      words: ['is not a place in S3', 's3://bucket/prefix'],
    }),
  },
  {
    name: 'a prefix of models that is no folder',
    ...one(`${valid}models: { kind: s3, bucket: own, prefix: team-a }\n`, {
      line: 5,
      path: 'models.prefix',
      words: ['each with a / behind it'],
    }),
  },
  {
    name: 'an interval that no function can run for',
    ...one(`${valid}schedule: { interval: 30m, latency: low }\n`, {
      line: 5,
      words: ['no function can run for an interval of 30m', 'latency: normal'],
    }),
  },
  {
    name: 'a catch-up shorter than the interval',
    ...one(`${valid}schedule: { interval: 1h, maximumCatchUp: 30m }\n`, {
      line: 5,
      words: ['30m', 'one missed tick would lose samples', '10h'],
    }),
  },
  {
    name: "a metric's step that meets no tick",
    ...one(`${valid}    step: 45s\n`, {
      line: 5,
      column: 11,
      path: 'metrics[0].step',
      words: ['neither a divisor nor a multiple', 'write 1m'],
    }),
  },
  {
    name: 'more hits than the window',
    ...one(`${valid}detection: { persistence: { hits: 3, window: 2 } }\n`, {
      line: 5,
      column: 35,
      words: ['3, more than the window of 2 points', 'window: 3'],
    }),
  },
  {
    name: 'more hits than the window of all metrics',
    ...one(`${valid}    detection: { persistence: { hits: 3 } }\n`, {
      line: 5,
      path: 'metrics[0].detection.persistence.hits',
      words: ['window of 1 point'],
    }),
  },
  {
    name: 'a domain upside down',
    ...one(`${valid}detection: { domain: { minimum: 10, maximum: 0 } }\n`, {
      line: 5,
      words: ['not less than the maximum 0', 'minimum: 0 and maximum: 10'],
    }),
  },
  {
    name: 'logistic growth without a capacity',
    ...one(`${valid}model: { growth: logistic }\n`, { line: 5, words: ['needs a capacity'] }),
  },
  {
    name: 'a client certificate without its key',
    ...one(`${metric}source:\n  url: https://p\n  tls: { certificate: { ssm: cert } }\n`, {
      line: 6,
      words: ['needs its key'],
    }),
  },
  {
    name: 'a maintenance window without a duration',
    ...one(`${valid}maintenance:\n  - name: backup\n    cron: "0 2 * * sun"\n`, {
      line: 6,
      path: 'maintenance[0]',
      words: ['has no duration', 'cron with duration'],
    }),
  },
  {
    name: 'maintenance of an unknown metric',
    ...one(`${valid}maintenance:\n  - { name: x, cron: "0 2 * * *", duration: 1h, metrics: [cpuu] }\n`, {
      line: 6,
      words: ['not the name of a metric', 'did you mean "cpu"?'],
    }),
  },
  {
    name: 'a retention that InfluxDB refuses',
    ...one(`${valid}results: { kind: influxdb, url: "http://i:8086", token: { env: T }, retention: 10m }\n`, {
      line: 5,
      words: ['less than 1h', '0s'],
    }),
  },

  // Secrets.
  {
    name: 'a token as text',
    ...one(`${valid}results:\n  kind: influxdb\n  url: http://127.0.0.1:8086\n  token: hunter2hunter2\n`, {
      line: 8,
      path: 'results.token',
      words: ['a reference to a secret', 'not shown', 'secretsManager', 'Secrets Manager'],
    }),
  },
  {
    name: 'a password within the address',
    ...one(`${metric}source: { url: "http://me:hunter2@prom:9090" }\n`, {
      line: 4,
      words: ['user name or password', 'auth'],
    }),
  },
  {
    name: 'a secret in two places',
    ...one(
      `${valid}results:\n  kind: influxdb\n  url: http://127.0.0.1:8086\n  token: { ssm: a, env: B }\n`,
      { line: 8, words: ['2 places at once: ssm and env'] },
    ),
  },
  {
    name: 'a header with a token',
    ...one(`${metric}source:\n  url: http://p\n  headers: { Authorization: Bearer hunter2 }\n`, {
      line: 6,
      words: ['has a secret', 'source.auth'],
    }),
  },

  // PromQL.
  {
    name: 'a parenthesis that is not closed',
    ...one(withQuery('sum(rate(up[5m])'), {
      line: 4,
      column: 15,
      path: 'metrics[0].query',
      words: ['not valid PromQL', 'this "(" is not closed', 'add the missing ")"'],
    }),
  },
  {
    name: 'a bracket closed by a parenthesis',
    ...one(withQuery('rate(up[5m)'), { line: 4, column: 22, words: ['needs a "]"'] }),
  },
  {
    name: 'an unknown function',
    ...one(withQuery('ratee(up[5m])'), {
      line: 4,
      column: 12,
      words: ['function "ratee" not found', 'did you mean "rate"?'],
    }),
  },
  {
    name: 'a label value without quotes',
    ...one(withQuery("'up{job=node}'"), {
      line: 4,
      column: 20,
      words: ['label value node is not quoted', '="node"'],
    }),
  },
  {
    name: 'a Grafana variable',
    ...one(withQuery('rate(up[$__rate_interval])'), {
      line: 4,
      column: 20,
      words: ['$__rate_interval', 'Grafana', '5m'],
    }),
  },
  {
    name: 'a rate without a range',
    ...one(withQuery('rate(up)'), { line: 4, column: 17, words: ['rate() needs a range', 'write up[5m]'] }),
  },
  {
    name: 'a range without a function',
    ...one(withQuery('up[5m]'), { line: 4, column: 12, words: ['one value a step', 'rate(up[5m])'] }),
  },
  {
    name: 'an operator with one side',
    ...one(withQuery('up +'), { line: 4, words: ['not valid PromQL', 'after "+"'] }),
  },
  {
    name: 'bad PromQL within a block',
    ...one(
      `${source}metrics:\n  - name: cpu\n    query: |\n      sum by (job) (\n        rate(up[5x])\n      )\n`,
      { line: 6, column: 17, words: ['"5x" is not a duration', 'such as 5m'] },
    ),
  },
  {
    name: 'an empty query',
    ...one(withQuery('""'), { line: 4, column: 12, path: 'metrics[0].query', words: ['is empty'] }),
  },
];
