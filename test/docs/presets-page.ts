import { presetNames, readPreset } from '../../lib/config/presets/preset-files.ts';

const HEAD = `# Presets

A preset knows which metrics of an exporter or runtime are worth watching, with their queries, units, domains and directions.
\`tidemark init\` recognises them on your server, tries each metric, and writes those that return something and vary into a
configuration ([start](start.md)). By hand, name them:

\`\`\`yaml
source: { url: "http://127.0.0.1:9090" }
presets: [node-exporter, postgresql]
metrics:
  - name: node_cpu_steal
    enabled: false # leaves it out
  - name: node_cpu_busy
    detection: { falseAlertsPerWeek: 0.2 } # the rest stays as the preset has it
\`\`\`

A metric of the same name in \`metrics\` overrides that of the preset, key by key. Presets lie above what the file extends. Rates
are taken over 5 minutes, which suits scrapes of up to 75 seconds; for slower ones \`init\` writes a longer range. The files
are in \`config/presets\`.
`;
const DIRECTIONS = { both: 'up, down', up: 'up', down: 'down' } as const;

/** The page of the presets: what `docs/presets.md` has to be. */
export function presetsPage(): string {
  const presets = presetNames.map((name) => ({ name, ...readPreset(name) }));
  const overview = presets.map(
    ({ name, title, recognisedBy, metrics }) =>
      `| [\`${name}\`](#${name}) | ${title} | ${recognisedBy.map((mark) => `\`${mark}\``).join(', ')} | ${metrics.length} |`,
  );
  const chapters = presets.map(({ name, title, reference, metrics }) =>
    [
      `## ${name}`,
      '',
      `${title}. Names and labels are those of [its documentation](${reference}).`,
      '',
      '| metric | what it measures | unit | alerts on | why it is worth watching |',
      '| --- | --- | --- | --- | --- |',
      ...metrics.map(
        ({ name: metric, description, unit = '', detection, why }) =>
          `| \`${metric}\` | ${description} | ${unit} | ${DIRECTIONS[detection.direction]} | ${why} |`,
      ),
      '',
    ].join('\n'),
  );
  return [
    HEAD,
    '| preset | what | recognised by | metrics |',
    '| --- | --- | --- | --: |',
    ...overview,
    '',
    chapters.join('\n'),
  ].join('\n');
}
