import { describe, expect, it } from 'vitest';
import { cpuScenario } from '../../../lib/sources/simulation/cpu-scenario.ts';
import type { SimulatedSeries } from '../../../lib/sources/simulation/simulated-series.ts';
import { minute, spikeAt, TickFixture } from './tick-fixture.ts';

const HOSTS = 6;
const LIMIT = 3;
/** Long enough for every incident to be over. */
const LAST_TICK = 60;

/** Steady hosts, each with a spike that begins at the tick that is given for it. */
const spikes = (ticks: readonly number[]) => (): SimulatedSeries[] =>
  cpuScenario(11, HOSTS, (host) => [spikeAt(ticks[host]!)]).map((host) => ({ ...host, dailyAmplitude: 0 }));
const atOnce = Array<number>(HOSTS).fill(4);

async function ticks(around: TickFixture, from: number, to: number, maximumAlerts = LIMIT): Promise<void> {
  for (let count = from; count < to; count += 1) await around.tick(minute(count), { maximumAlerts });
}

const notification = (around: TickFixture) =>
  around.sent.map(({ summary, event }) => `${summary ? 'summary' : 'one'} ${event.kind}`);

describe('a tick in which more incidents begin than are sent one by one', () => {
  it('reports one summary: how many, of which metrics, and the rarest of them', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, 5);
    expect(notification(around)).toEqual(['summary onset']);
    const [summary] = around.sent;
    expect(summary?.summary).toEqual({ incidents: HOSTS, metrics: { cpu: HOSTS } });
    expect(summary?.event.explanation).toMatch(
      /^6 incidents began at once, more than limits.alertsPerTick \(3\)/,
    );
    const scores = (await around.lines('alert')).map((line) => JSON.parse(line).score as number);
    expect(summary?.event.verdict.score).toBe(Math.max(...scores));
  });

  it('writes each of them to the results all the same', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, LAST_TICK);
    const records = (await around.lines('alert')).map((line) => JSON.parse(line));
    for (const kind of ['onset', 'resolved'])
      expect(
        new Set(records.filter((record) => record.kind === kind).map(({ labels }) => JSON.stringify(labels)))
          .size,
      ).toBe(HOSTS);
  });

  it('reports the end of the summary once, when the last of its incidents is over, and none of theirs', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, LAST_TICK);
    expect(notification(around)).toEqual(['summary onset', 'summary resolved']);
    const [begin, end] = around.sent;
    expect(end?.incidentId).toBe(begin?.incidentId);
    expect(end?.id).not.toBe(begin?.id);
    expect(around.reminded.at(-1)).toEqual([]);
  });

  it('reminds of the summary, not of what it stands for', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, 6);
    expect(around.reminded.at(-1)?.map(({ incidentId }) => incidentId)).toEqual([around.sent[0]?.incidentId]);
  });

  it('still reports the end of an incident that ran by itself', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes([3, 6, 6, 6, 6, 6]);
    await ticks(around, 0, LAST_TICK);
    const own = around.sent.filter(({ summary }) => summary === undefined);
    expect(new Set(own.map(({ incidentId }) => incidentId)).size).toBe(1);
    expect(own[0]?.event.kind).toBe('onset');
    expect(own.at(-1)?.event.kind).toBe('resolved');
    expect(notification(around).filter((one) => one.startsWith('summary'))).toEqual([
      'summary onset',
      'summary resolved',
    ]);
  });

  it('has the same ids when it is tried again, and goes on in a new container', async () => {
    await using undisturbed = await TickFixture.make();
    undisturbed.seriesOf = spikes(atOnce);
    await ticks(undisturbed, 0, LAST_TICK);
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, 4);
    around.afterPhase = (phase) => {
      if (phase === 'write' || phase === 'publish') throw new Error(`killed after ${phase}`);
    };
    await expect(ticks(around, 4, 5)).rejects.toThrow('killed after write');
    around.afterPhase = (phase) => {
      if (phase === 'publish') throw new Error('killed after publish');
    };
    await expect(ticks(around, 4, 5)).rejects.toThrow('killed after publish');
    around.afterPhase = () => {};
    around.restart();
    await ticks(around, 4, LAST_TICK);
    expect(new Set(around.sent.map(({ id }) => id))).toEqual(new Set(undisturbed.sent.map(({ id }) => id)));
    expect(await around.stateDigest()).toBe(await undisturbed.stateDigest());
  });

  it('reports one by one as many as the limit allows', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = spikes(atOnce);
    await ticks(around, 0, 6, HOSTS);
    expect(around.sent.filter(({ event }) => event.kind === 'onset')).toHaveLength(HOSTS);
    expect(around.sent.every(({ summary }) => summary === undefined)).toBe(true);
  });

  it('counts incidents that are over and open again, and reports them as another notification', async () => {
    const worse = { ...spikeAt(45), size: 2000 };
    await using around = await TickFixture.make();
    around.seriesOf = () =>
      cpuScenario(11, HOSTS, () => [{ ...spikeAt(4), size: 15, durationSeconds: 60 }, worse]).map((host) => ({
        ...host,
        dailyAmplitude: 0,
      }));
    await ticks(around, 0, 95);
    const kinds = (await around.lines('alert')).map((line) => JSON.parse(line).kind as string);
    expect(kinds).toContain('escalation');
    expect(kinds).not.toContain('new-spike');
    expect(kinds.filter((kind) => kind === 'onset')).toHaveLength(HOSTS);
    expect(notification(around)).toEqual([
      'summary onset',
      'summary resolved',
      'summary onset',
      'summary resolved',
    ]);
    expect(new Set(around.sent.map(({ id }) => id)).size).toBe(4);
    expect(new Set(around.sent.map(({ incidentId }) => incidentId)).size).toBe(2);
  });
});
