import { describe, expect, it } from 'vitest';
import { intervalRule } from '../../../lib/detector/interval-rule.ts';
import { maintenanceWindows } from '../../../lib/pipeline/watch/maintenance.ts';
import { FIRST_TICK, hosts, metricNamed, minute, spikeAt, TickFixture } from './tick-fixture.ts';

const metrics = () => [metricNamed('cpu'), metricNamed('memory')];

/** A tick a minute from the first tick to the given one; each in a new container, as nothing may depend on a warm one. */
async function tickUntil(around: TickFixture, last: number, first = 0): Promise<void> {
  for (let count = first; count <= last; count += 1) {
    around.restart();
    await around.tick(minute(count));
  }
}

/** The notifications, each once: a new container may send again what the last one sent, with the same id. */
const kinds = (around: TickFixture) =>
  [...new Map(around.sent.map((alert) => [alert.id, alert])).values()].map(
    ({ metric, event }) => `${metric} ${event.kind}`,
  );
const isOpen = (around: TickFixture) => (around.reminded.at(-1) ?? []).length > 0;

async function troubled(): Promise<TickFixture> {
  const around = await TickFixture.make();
  around.metrics = metrics();
  around.seriesOf = (query) => hosts(query === 'cpu' ? [spikeAt(1)] : []);
  return around;
}

describe('an incident over many ticks', () => {
  it('is reminded of with every tick from its onset until it is over', async () => {
    await using around = await troubled();
    await tickUntil(around, 0);
    expect(around.reminded).toEqual([[]]);
    const wasOpen: boolean[] = [];
    for (let count = 1; count < 60 && !kinds(around).includes('cpu resolved'); count += 1) {
      await tickUntil(around, count, count);
      wasOpen.push(isOpen(around));
    }
    expect(kinds(around)[0]).toBe('cpu onset');
    expect(kinds(around).at(-1)).toBe('cpu resolved');
    expect(wasOpen.length).toBeGreaterThan(10);
    expect(wasOpen).toEqual(wasOpen.map((_, index) => index < wasOpen.length - 1));
    expect(new Set(around.sent.map(({ incidentId }) => incidentId)).size).toBe(1);
  });

  it('is reminded of by its newest notifications', async () => {
    await using around = await troubled();
    await tickUntil(around, 2);
    const notification = around.sent.filter(({ event }) => event.kind !== 'resolved');
    expect(around.reminded.at(-1)).toEqual([notification.at(-1)]);
  });

  it('ends once when its metric is no longer watched', async () => {
    await using around = await troubled();
    await tickUntil(around, 1);
    expect(isOpen(around)).toBe(true);
    around.metrics = [metricNamed('memory')];
    await tickUntil(around, 4, 2);
    expect(kinds(around).filter((notification) => notification === 'cpu resolved')).toHaveLength(1);
    expect(around.sent.at(-1)?.event.explanation).toBe(
      'Closed automatically: the metric is no longer monitored.',
    );
    expect(isOpen(around)).toBe(false);
    expect((await around.lines('alert')).at(-1)).toContain('"kind":"resolved"');
  });

  it('ends once when its metric is given another detector', async () => {
    await using around = await troubled();
    await tickUntil(around, 1);
    around.metrics = [metricNamed('cpu', intervalRule), metricNamed('memory')];
    await tickUntil(around, 4, 2);
    expect(kinds(around).filter((notification) => notification === 'cpu resolved')).toHaveLength(1);
    const end = around.sent.find(({ event }) => event.kind === 'resolved');
    expect(end?.event.explanation).toBe('Closed automatically: the detector of the series was reset.');
    expect(isOpen(around)).toBe(false);
  });

  it('is not remembered when it is simulated', async () => {
    await using around = await troubled();
    around.isSimulated = true;
    await tickUntil(around, 2);
    expect(around.reminded.flat()).toEqual([]);
  });
});

describe('a tick in a maintenance window', () => {
  const silent = (metricNames: string[] | undefined, fromSeconds: number, toSeconds: number) => {
    const once = { durationSeconds: undefined, cron: undefined, timezone: 'UTC' };
    const maintenance = maintenanceWindows([
      { name: 'release', metrics: metricNames, fromSeconds, toSeconds, ...once },
    ]);
    return (around: TickFixture) => {
      around.metrics = around.metrics.map((metric) => ({ ...metric, maintenance }));
    };
  };

  it('scores the samples and reports nothing', async () => {
    await using usual = await troubled();
    await tickUntil(usual, 3);
    expect(kinds(usual)).toContain('cpu onset');
    await using around = await troubled();
    silent(undefined, minute(1), minute(10))(around);
    await tickUntil(around, 3);
    expect(around.sent).toEqual([]);
    expect((await around.state()).outbox).toEqual([]);
    expect(await around.lines('verdict')).toEqual(await usual.lines('verdict'));
    expect((await around.lines('verdict')).some((line) => line.includes('"anomalous":true'))).toBe(true);
  });

  it.each([
    ['the window is for other metrics', silent(['memory'], FIRST_TICK - 7200, minute(100))],
    ['the window closes before', silent(undefined, FIRST_TICK - 7200, minute(1))],
    ['the window opens after', silent(undefined, minute(9), minute(100))],
  ])('says what it finds when %s', async (_, arrange) => {
    await using around = await troubled();
    arrange(around);
    await tickUntil(around, 3);
    expect(kinds(around)).toContain('cpu onset');
  });

  it('lets an incident end that began before', async () => {
    await using around = await troubled();
    await tickUntil(around, 3);
    expect(isOpen(around)).toBe(true);
    silent(undefined, minute(4), minute(100))(around);
    await tickUntil(around, 60, 4);
    expect(kinds(around).at(-1)).toBe('cpu resolved');
  });
});
