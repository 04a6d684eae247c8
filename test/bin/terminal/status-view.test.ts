import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { statusLines } from '../../../bin/terminal/status-view.ts';
import type { ConnectionStatus, InstallationStatus } from '../../../lib/pipeline/tick/installation-status.ts';

const NOON = 1_700_049_600;
const marked = (format: unknown, text: string) => `<${String(format)}>${text}</>`;
const prometheus: ConnectionStatus = {
  role: 'source',
  service: 'prometheus',
  isUp: true,
  detail: 'http://127.0.0.1:9090',
  overTicks: {
    role: 'source',
    service: 'prometheus',
    shard: 2,
    state: 'down',
    sinceSeconds: NOON,
    trouble: { state: 'down', sinceSeconds: NOON, ticks: 3, troubles: 12, reason: 'it answered 500' },
    lastTrouble: undefined,
  },
};

function lines(status: Partial<InstallationStatus>, paint = marked): string[] {
  const whole = {
    connections: [prometheus],
    metrics: [],
    unscored: [],
    notes: [],
    lastNotedSeconds: NOON,
    problems: [],
    ...status,
  };
  return statusLines(whole, paint);
}

describe('the status for a person', () => {
  it('names metrics that are silent, since when and why, and what the ticks noticed', () => {
    const unscored = {
      metric: 'memory',
      state: 'silent',
      lastScoredSeconds: NOON,
      isNew: false,
      reason: 'The query returns no series',
      isNotified: true,
    } as const;
    const note = {
      kind: 'points-late',
      shard: 0,
      sinceSeconds: NOON,
      lastSeconds: NOON + 60,
      count: 7,
      reason: 'Raise schedule.evaluationDelay',
    } as const;
    expect(lines({ unscored: [unscored], notes: [note] }).slice(2)).toEqual([
      'memory                   <red>silent</> since 2023-11-15T12:00:00Z: The query returns no series',
      'points-late              7 from 2023-11-15T12:00:00Z to 2023-11-15T12:01:00Z: Raise schedule.evaluationDelay',
    ]);
  });

  it('shows what answers now beside what the ticks see, since when, how often and why, in colour', () => {
    expect(lines({})[0]).toBe('prometheus     <green>up  </>  http://127.0.0.1:9090');
    expect(lines({})[1]?.trim()).toBe(
      '<red>down</> for the ticks of shard 2 since 2023-11-15T12:00:00Z, 3 ticks: it answered 500',
    );
  });

  it('shows the last trouble of what is up again', () => {
    const { overTicks } = prometheus;
    const isOver = {
      ...overTicks!,
      state: 'up' as const,
      trouble: undefined,
      lastTrouble: { ...overTicks!.trouble!, ticks: 1, untilSeconds: NOON + 60 },
    };
    expect(
      lines({ connections: [{ ...prometheus, overTicks: isOver }] }).map((line) => line.trim()),
    ).toContain(
      '<dim>last down from 2023-11-15T12:00:00Z to 2023-11-15T12:01:00Z, 1 tick: it answered 500</>',
    );
  });

  it('says when no tick has ever run, and what to do then', () => {
    const never = { connections: [{ ...prometheus, overTicks: undefined }], lastNotedSeconds: undefined };
    const text = stripVTControlCharacters(lines(never).join('\n'));
    expect(text).toContain('not called by any tick yet');
    expect(text).toContain('No tick has run here yet: start with "tidemark monitor"');
  });

  it('distinguishes ticks that scored nothing from no ticks', () => {
    expect(lines({}).at(-1)).toContain('Ticks have run');
  });

  it('shows what could not be read', () => {
    expect(lines({ problems: ["The state of shard 0 can't be read: checksum"] })).toContain(
      "<red>The state of shard 0 can't be read: checksum</>",
    );
  });
});
