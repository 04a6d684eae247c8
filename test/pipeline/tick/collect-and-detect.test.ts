import { describe, expect, it } from 'vitest';
import { intervalRule } from '../../../lib/detector/interval-rule.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { ResultsRejectedError } from '../../../lib/results/errors.ts';
import { SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import {
  FIRST_TICK,
  hosts,
  metricNamed,
  minute,
  SHARD,
  STATE_KEY,
  spikeAt,
  TickFixture,
} from './tick-fixture.ts';

const CATCH_UP_STEPS = 180;
const verdictsOf = async (around: TickFixture) =>
  (await around.lines('verdict')).map(
    (line): { timeSeconds: number; kind: string; labels: { instance: string }; metric: string } =>
      JSON.parse(line),
  );

/** The same ticks on the same samples without any trouble. */
async function undisturbed(
  ticks: readonly number[],
  arrange: (around: TickFixture) => void = () => {},
): Promise<{ verdicts: string[]; alerts: string[]; sent: string[]; state: string }> {
  await using around = await TickFixture.make();
  arrange(around);
  for (const tick of ticks) await around.tick(minute(tick));
  return {
    verdicts: await around.lines('verdict'),
    alerts: await around.lines('alert'),
    sent: around.sent.map(({ id }) => id),
    state: await around.stateDigest(),
  };
}

describe('a tick', () => {
  it('begins with the newest catch-up of a metric that was never scored', async () => {
    await using around = await TickFixture.make();
    const summary = await around.tick(FIRST_TICK);
    expect(summary).toMatchObject({ shard: SHARD, seriesScored: 3, verdictsWritten: 3 * CATCH_UP_STEPS });
    expect(around.queries).toMatchObject([
      { query: 'cpu', startSeconds: minute(1 - CATCH_UP_STEPS), endSeconds: FIRST_TICK, stepSeconds: 60 },
    ]);
    const state = await around.state();
    expect(state.sequence).toBe(1);
    expect(state.metrics.get('cpu')).toMatchObject({ watermarkSeconds: FIRST_TICK, detector: 'ewma-chart' });
    expect(await around.lines('tick')).toHaveLength(1);
  });

  it('scores each step once, tick by tick, and goes on in a new container as in a warm one', async () => {
    const expected = await undisturbed([0, 1, 2, 3]);
    await using around = await TickFixture.make();
    for (const count of [0, 1, 2, 3]) {
      around.restart();
      await around.tick(minute(count));
    }
    expect(await around.lines('verdict')).toEqual(expected.verdicts);
    expect(await around.stateDigest()).toBe(expected.state);
    const times = (await verdictsOf(around)).map(
      ({ timeSeconds, labels }) => `${timeSeconds} ${labels.instance}`,
    );
    expect(new Set(times).size).toBe(3 * (CATCH_UP_STEPS + 3));
    expect((await around.state()).sequence).toBe(4);
  });

  it('changes nothing when it is delivered twice, or too late, or before a step has become due', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    const state = await around.objects.get(STATE_KEY);
    const ticks = await around.lines('tick');
    for (const time of [FIRST_TICK, FIRST_TICK + 20, FIRST_TICK - 600]) {
      around.restart();
      const summary = await around.tick(time);
      expect(summary).toMatchObject({ seriesScored: 0, verdictsWritten: 0, stateBytes: 0, faults: [] });
    }
    expect(around.queries).toHaveLength(1);
    expect(await around.objects.get(STATE_KEY)).toEqual(state);
    expect(await around.lines('tick')).toEqual(ticks);
  });

  it('catches up the ticks that were missed, with the verdicts that they would have given', async () => {
    const arrange = (around: TickFixture) => {
      around.seriesOf = () => hosts([spikeAt(2)]);
    };
    const expected = await undisturbed([0, 1, 2, 3, 4, 5, 6], arrange);
    await using around = await TickFixture.make();
    arrange(around);
    // What a tick sent is cleared from the state by the next one.
    for (const count of [0, 5, 6]) await around.tick(minute(count));
    expect((await around.lines('verdict')).toSorted()).toEqual(expected.verdicts.toSorted());
    expect((await around.lines('alert')).toSorted()).toEqual(expected.alerts.toSorted());
    expect(expected.alerts.length).toBeGreaterThan(0);
    expect(await around.stateDigest()).toBe(expected.state);
  });

  it('gives up what lies past the catch-up, and records how much', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    const summary = await around.tick(minute(CATCH_UP_STEPS + 60));
    expect(summary.skippedSeconds).toBe(3600);
    expect((await around.lines('tick'))[1]).toContain('"skippedSeconds":3600');
  });

  it('saves nothing when it dies while it writes, and the next tick writes the same bytes', async () => {
    const expected = await undisturbed([0, 1, 2, 3]);
    for (const isWarm of [true, false]) {
      await using around = await TickFixture.make();
      await around.tick(FIRST_TICK);
      const before = await around.objects.get(STATE_KEY);
      around.killWrites(2);
      for (const count of [1, 2]) {
        if (!isWarm) around.restart();
        await expect(around.tick(minute(count))).rejects.toThrow('killed');
        expect(await around.objects.get(STATE_KEY)).toEqual(before);
      }
      await around.tick(minute(3));
      expect((await around.lines('verdict')).toSorted()).toEqual(expected.verdicts.toSorted());
      expect(await around.stateDigest()).toBe(expected.state);
      expect(around.sent).toEqual([]);
    }
  });

  it('goes on when the store refuses points for ever, and counts them', async () => {
    await using around = await TickFixture.make();
    around.beforeWrite = async () => {
      throw new ResultsRejectedError('field type conflict', 7);
    };
    const summary = await around.tick(FIRST_TICK);
    expect(summary).toMatchObject({ verdictsRejected: 7, verdictsWritten: 3 * CATCH_UP_STEPS - 7 });
    expect((await around.state()).metrics.get('cpu')?.watermarkSeconds).toBe(FIRST_TICK);
    expect(around.errors).toEqual(['The result store refused points']);
  });

  it("scores the other metrics when one metric's query fails, and catches up later", async () => {
    const arrange = (around: TickFixture) => {
      around.metrics = ['cpu', 'memory', 'load'].map((name) => metricNamed(name));
    };
    const expected = await undisturbed([0, 1, 2], arrange);
    await using around = await TickFixture.make();
    arrange(around);
    await around.tick(FIRST_TICK);
    around.beforeQuery = async ({ query }) => {
      if (query === 'memory') throw new SourceUnavailableError('a timeout');
    };
    const summary = await around.tick(minute(1));
    expect(summary.faults).toEqual([{ metric: 'memory', reason: 'a timeout' }]);
    expect(summary.seriesScored).toBe(6);
    const marks = [...(await around.state()).metrics].map(([name, metric]) => [
      name,
      metric.watermarkSeconds,
    ]);
    expect(Object.fromEntries(marks)).toEqual({ cpu: minute(1), memory: FIRST_TICK, load: minute(1) });
    around.beforeQuery = async () => {};
    await around.tick(minute(2));
    expect((await around.lines('verdict')).toSorted()).toEqual(expected.verdicts.toSorted());
    expect(await around.stateDigest()).toBe(expected.state);
  });

  it('takes more series than the limit for a fault of the query, and says what to do', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu', undefined, { maximumSeries: 2 }), metricNamed('load')];
    const summary = await around.tick(FIRST_TICK);
    expect(summary.faults).toEqual([
      { metric: 'cpu', reason: expect.stringMatching(/3 series, the limit is 2: aggregate/) },
    ]);
    expect(summary.seriesScored).toBe(3);
    expect((await around.state()).metrics.has('cpu')).toBe(false);
  });

  it('gives no-data for a series that vanished, and takes it up again where it was', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.seriesOf = () => hosts().slice(1);
    await around.tick(minute(1));
    around.seriesOf = () => hosts();
    await around.tick(minute(2));
    const gone = hosts()[0]!.labels.instance;
    const kinds = (await verdictsOf(around))
      .filter(({ timeSeconds, labels }) => timeSeconds > FIRST_TICK && labels.instance === gone)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['no-data', 'normal']);
  });

  it('takes in a series that appears, without verdicts of the time before it was there', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = () => hosts().slice(1);
    await around.tick(FIRST_TICK);
    around.seriesOf = () => hosts();
    await around.tick(minute(1));
    const appeared = (await verdictsOf(around)).filter(
      ({ labels }) => labels.instance === hosts()[0]!.labels.instance,
    );
    expect(appeared.map(({ timeSeconds, kind }) => [timeSeconds, kind])).toEqual([[minute(1), 'warming-up']]);
  });

  it("notes the source's warnings by metric", async () => {
    await using around = await TickFixture.make();
    around.warnings = ['partial response'];
    expect((await around.tick(FIRST_TICK)).warnings).toEqual(['cpu: partial response']);
  });

  it('starts empty when a metric gets another detector, from its watermark on', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.metrics = [metricNamed('cpu', intervalRule)];
    const summary = await around.tick(minute(1));
    expect(summary.verdictsWritten).toBe(3);
    expect((await around.state()).metrics.get('cpu')?.detector).toBe('interval-rule');
  });
});

describe('two ticks of one shard at once', () => {
  it('let one save and stop the other, and leave what one alone would have left', async () => {
    const expected = await undisturbed([0, 1, 2]);
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    // Both have loaded before either saves.
    let waiting = 0;
    let release = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    around.beforeQuery = async () => {
      waiting += 1;
      if (waiting === 2) release();
      await both;
    };
    around.restart();
    const one = around.tick(minute(1));
    around.restart();
    const other = around.tick(minute(1));
    const outcomes = await Promise.allSettled([one, other]);
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toBeInstanceOf(ObjectConflictError);
    around.beforeQuery = async () => {};
    // The container that lost reads the store and goes on.
    await around.tick(minute(2));
    expect([...new Set(await around.lines('verdict'))].toSorted()).toEqual(expected.verdicts.toSorted());
    expect(await around.stateDigest()).toBe(expected.state);
    expect((await around.state()).sequence).toBe(3);
  });

  it('report nothing that is not saved', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = () => hosts([spikeAt(1)]);
    await around.tick(FIRST_TICK);
    around.beforeWrite = async () => {
      await around.objects.put(STATE_KEY, (await around.objects.get(STATE_KEY))!.bytes, { kind: 'none' });
      await around.objects.delete(STATE_KEY);
    };
    await expect(around.tick(minute(1))).rejects.toThrow(ObjectConflictError);
    expect(around.sent).toEqual([]);
  });
});

describe('the alerts of a tick', () => {
  const troubled = (around: TickFixture) => {
    around.seriesOf = () => hosts([spikeAt(1)]);
  };

  it('are sent once, after they are saved, and recorded beside the verdicts', async () => {
    await using around = await TickFixture.make();
    troubled(around);
    for (const count of [0, 1, 2, 3]) await around.tick(minute(count));
    expect(around.sent.map(({ event }) => event.kind)).toContain('onset');
    expect(new Set(around.sent.map(({ id }) => id)).size).toBe(around.sent.length);
    const recorded = (await around.lines('alert')).map((line): { id: string } => JSON.parse(line));
    expect(recorded.map(({ id }) => id)).toEqual(around.sent.map(({ id }) => id));
    const [onset] = around.sent;
    expect(onset).toMatchObject({ metric: 'cpu', labels: hosts()[0]!.labels, isSimulated: false });
    expect(onset?.event.onsetSeconds).toBe(minute(1));
  });

  it('wait in the saved state until the channel takes them, with the ids of an undisturbed run', async () => {
    const expected = await undisturbed([0, 1, 2, 3, 4], troubled);
    expect(expected.sent.length).toBeGreaterThan(0);
    await using around = await TickFixture.make();
    troubled(around);
    await around.tick(FIRST_TICK);
    around.isChannelDown = true;
    for (const count of [1, 2]) {
      around.restart();
      const summary = await around.tick(minute(count));
      expect(summary.alertsWaiting).toBeGreaterThan(0);
    }
    expect(around.sent).toEqual([]);
    expect(around.errors).toContain('Alerts could not be sent; the next tick tries again');
    around.isChannelDown = false;
    around.restart();
    for (const count of [3, 4]) await around.tick(minute(count));
    expect(around.sent.map(({ id }) => id)).toEqual(expected.sent);
    expect((await around.state()).outbox).toEqual([]);
  });

  it('of a tick whose container died before it sent them are sent by the next one', async () => {
    await using around = await TickFixture.make();
    troubled(around);
    await around.tick(FIRST_TICK);
    around.isChannelDown = true;
    await around.tick(minute(1));
    const saved = (await around.state()).outbox.map(({ alert }) => alert.id);
    expect(saved.length).toBeGreaterThan(0);
    around.isChannelDown = false;
    around.restart();
    await around.tick(minute(1) + 30);
    expect(around.sent.map(({ id }) => id)).toEqual(saved);
  });

  it('are sent twice at most, with one id, even if every tick has a new container', async () => {
    await using around = await TickFixture.make();
    troubled(around);
    for (const count of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
      around.restart();
      await around.tick(minute(count));
    }
    const sent = around.sent.map(({ id }) => id);
    for (const id of sent) expect(sent.filter((other) => other === id).length).toBeLessThanOrEqual(2);
    expect((await around.state()).outbox).toEqual([]);
    const recorded = (await around.lines('alert')).map((line): { id: string } => JSON.parse(line));
    expect(new Set(sent)).toEqual(new Set(recorded.map(({ id }) => id)));
  });

  it('are recorded and never sent when the samples are simulated', async () => {
    await using around = await TickFixture.make();
    troubled(around);
    around.isSimulated = true;
    for (const count of [0, 1, 2]) await around.tick(minute(count));
    expect(around.sent).toEqual([]);
    expect((await around.state()).outbox).toEqual([]);
    const alerts = await around.lines('alert');
    expect(alerts.length).toBeGreaterThan(0);
    for (const line of [...alerts, ...(await around.lines('verdict'))])
      expect(line).toContain('"isSimulated":true');
  });
});

describe('a tick with the default detector', () => {
  it('gives the same verdicts and state in one catch-up as minute by minute through the store', async () => {
    const arrange = (around: TickFixture) => {
      const settings = { ...defaultDetectionSettings, falseAlertsPerWeek: 1000 };
      const monitor = { detector: rarity, settings, stepSeconds: 60 };
      around.metrics = [metricNamed('cpu', rarity, { monitor })];
      around.seriesOf = () => hosts([spikeAt(20)]);
    };
    const ticks = Array.from({ length: 41 }, (_, count) => count);
    const expected = await undisturbed([0, 39, 40], arrange);
    await using around = await TickFixture.make();
    arrange(around);
    for (const count of ticks) {
      around.restart();
      await around.tick(minute(count));
    }
    expect((await around.lines('verdict')).toSorted()).toEqual(expected.verdicts.toSorted());
    // A new container sends again what the last one sent just before, with the same ids.
    expect([...new Set(around.sent.map(({ id }) => id))]).toEqual(expected.sent);
    expect(expected.sent.length).toBeGreaterThan(0);
    expect(await around.stateDigest()).toBe(expected.state);
  });
});
