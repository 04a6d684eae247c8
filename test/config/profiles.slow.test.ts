import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../../lib/config/duration.ts';
import { profileNames } from '../../lib/config/layers.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { synthesize } from '../cdk/synthesized.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

const directory = mkdtempSync(join(tmpdir(), 'tidemark-profiles-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The profile under a configuration that sets nothing which a profile may set. */
function under(profile: string | undefined) {
  const file = join(directory, `${profile ?? 'none'}.yaml`);
  const extending = profile === undefined ? '' : `extends: ${profile}\n`;
  writeFileSync(
    file,
    `${extending}source: { url: 'http://127.0.0.1:9090' }\nmetrics: [{ name: cpu, query: cpu }]\n`,
  );
  return loadConfiguration({ file, environment: {} }).configuration;
}

/** What a profile writes: the path of each key that holds no keys itself, and its value. */
function written(profile: string): { readonly path: readonly string[]; readonly value: unknown }[] {
  const text = readFileSync(join(REPOSITORY, 'config/profiles', `${profile}.yaml`), 'utf8');
  const leaves = (node: unknown, path: readonly string[]): ReturnType<typeof written> =>
    typeof node === 'object' && node !== null
      ? Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, key]))
      : [{ path, value: node }];
  return leaves(parse(text), []);
}

function at(configuration: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key],
    configuration,
  );
}

describe.each(profileNames)('the profile %s', (profile) => {
  const configuration = under(profile);

  it('is in force in every key that it writes', () => {
    const keys = written(profile);
    expect(keys.length).toBeGreaterThan(10);
    for (const { path, value } of keys) {
      const key = path.at(-1)!;
      const inSeconds = at(configuration, [...path.slice(0, -1), `${key}Seconds`]);
      const expected = inSeconds === undefined ? value : parseDuration(String(value));
      expect(inSeconds ?? at(configuration, path), path.join('.')).toBe(expected);
    }
  });

  it('decides the size and the rhythm of what is deployed', () => {
    const { template } = synthesize({ profile });
    const { functions, schedule } = configuration;
    const sizes = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.MemorySize,
    );
    expect(sizes).toContain(functions.collectAndDetect.memoryMegabytes);
    template.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: functions.collectAndDetect.memoryMegabytes,
      ReservedConcurrentExecutions: schedule.shards,
      Timeout:
        schedule.latency === 'low'
          ? schedule.intervalSeconds - 1
          : Math.min(functions.collectAndDetect.timeoutSeconds, schedule.intervalSeconds - 5),
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: functions.logRetentionDays });
    const minutes = schedule.intervalSeconds / 60;
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
    });
  });
});

describe('the profile balanced', () => {
  it('is what holds without any profile', () => {
    expect(under('balanced')).toEqual(under(undefined));
  });
});

describe('the other profiles', () => {
  it.each(profileNames.filter((name) => name !== 'balanced'))('%s changes what balanced says', (profile) => {
    const balanced = under('balanced');
    const same = written(profile).filter(({ path, value }) => at(balanced, path) === value);
    // What a profile repeats it says for its readers: little of it, or it is not a profile of its own.
    expect(same.length).toBeLessThan(written(profile).length / 2);
  });
});
