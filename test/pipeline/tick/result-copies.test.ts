import { describe, expect, it } from 'vitest';
import { installationStatus } from '../../../lib/pipeline/tick/installation-status.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { ndjsonLine } from '../../../lib/results/ndjson-line.ts';
import { ResultCopy } from '../../../lib/results/result-copy.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { ResultRecord, ResultStore } from '../../../lib/results/result-store.ts';
import { hosts, minute, SHARD, spikeAt, TickFixture } from './tick-fixture.ts';

const FOLDER = 'spool/copies/archive/';

/** Gives the fixture a copy that a test switches off and on, or hangs. */
function withCopy(
  around: TickFixture,
  { needsOrder = false, hangs = false, maximumAgeSeconds = 86_400 } = {},
) {
  const control = { isDown: false, writes: 0, records: [] as ResultRecord[] };
  const store: ResultStore = {
    name: 'test',
    write: async (records) => {
      control.writes += 1;
      if (hangs) return new Promise(() => {});
      if (control.isDown) throw new ResultsUnavailableError('answered 500');
      control.records.push(...records);
    },
    check: async () => ({ service: 'test', isUp: !control.isDown, detail: '' }),
    [Symbol.asyncDispose]: async () => {},
  };
  around.copies = [
    {
      store: new ResultCopy({
        name: 'archive',
        needsOrder,
        bandAheadStepSeconds: undefined,
        open: async () => store,
        // A store that answers is never cut off, however busy the machine is.
        timeoutMilliseconds: hangs ? 10 : 600_000,
        elapsedMilliseconds: () => 0,
      }),
      spool: new ResultSpool(around.objects, { maximumBytes: 1e9, maximumAgeSeconds }, FOLDER),
    },
  ];
  return control;
}

const linesOf = (records: readonly ResultRecord[], measurement: ResultRecord['measurement']) =>
  records.filter((one) => one.measurement === measurement).map(ndjsonLine);

/** The ticks that there is a record of, in the order in which they were written. */
const ticksOf = (records: readonly ResultRecord[]) =>
  records.flatMap((one) => (one.measurement === 'tick' ? one.timeSeconds : []));

describe('a copy of the results of ticks', () => {
  it('has what the record has', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = () => hosts([spikeAt(2)]);
    const copy = withCopy(around);
    for (let tick = 0; tick < 6; tick += 1) await around.tick(minute(tick));
    for (const measurement of ['verdict', 'alert', 'tick', 'metric_state'] as const) {
      const expected = await around.lines(measurement);
      expect(expected.length).toBeGreaterThan(0);
      expect(linesOf(copy.records, measurement)).toEqual(expected);
    }
  });

  it.each([true, false])(
    'loses nothing while it is down, in order where it needs order (%s)',
    async (needsOrder) => {
      await using around = await TickFixture.make();
      const copy = withCopy(around, { needsOrder });
      await around.tick(minute(0));
      copy.isDown = true;
      for (let tick = 1; tick <= 4; tick += 1)
        expect(await around.tick(minute(tick))).toMatchObject({
          verdictsWritten: 3,
          recordsSpooled: 0,
          copies: { rejected: 0, givenUp: 0, spooled: expect.any(Number) },
        });
      expect(copy.writes).toBe(5);
      expect(await around.objects.list(FOLDER)).toHaveLength(4);
      // A new process knows of what waits by the objects alone.
      around.restart();
      copy.isDown = false;
      await around.tick(minute(5));
      const times = [0, 1, 2, 3, 4, 5].map(minute);
      expect(ticksOf(copy.records)).toEqual(needsOrder ? times : [0, 5, 1, 2, 3, 4].map(minute));
      expect(linesOf(copy.records, 'verdict').toSorted()).toEqual((await around.lines('verdict')).toSorted());
      expect(await around.objects.list(FOLDER)).toEqual([]);
      expect((await around.state()).spool).toEqual([]);
    },
  );

  it('gives up the oldest where more waits than its spool may hold, and says so in the copy alone', async () => {
    await using around = await TickFixture.make();
    const copy = withCopy(around, { maximumAgeSeconds: 180 });
    await around.tick(minute(0));
    copy.isDown = true;
    let givenUp = 0;
    for (let tick = 1; tick <= 8; tick += 1)
      givenUp += (await around.tick(minute(tick))).copies?.givenUp ?? 0;
    expect(givenUp).toBeGreaterThan(0);
    expect(await around.objects.list(FOLDER)).toHaveLength(4);
    copy.isDown = false;
    await around.tick(minute(9));
    expect(linesOf(copy.records, 'gap').map((line) => JSON.parse(line).startSeconds)).toEqual(
      [1, 2, 3, 4].map(minute),
    );
    expect(await around.lines('gap')).toEqual([]);
    expect(ticksOf(copy.records).toSorted()).toEqual([0, 5, 6, 7, 8, 9].map(minute));
    expect(around.measured.some(({ CopiesGivenUp = 0 }) => CopiesGivenUp > 0)).toBe(true);
  });

  it('that hangs changes nothing of a tick: not its results, its alerts, its state, nor what it waits for', async () => {
    const run = async (prepare: (around: TickFixture) => void) => {
      await using around = await TickFixture.make();
      around.seriesOf = () => hosts([spikeAt(2)]);
      prepare(around);
      for (let tick = 0; tick < 6; tick += 1) await around.tick(minute(tick), { waitsForCopies: false });
      const left = {
        verdicts: await around.lines('verdict'),
        alerts: await around.lines('alert'),
        sent: around.sent,
        state: await around.stateDigest(),
      };
      await around.resultCopies?.settled();
      return left;
    };
    const alone = await run(() => {});
    const beside = await run((around) => {
      withCopy(around, { hangs: true });
    });
    expect(beside).toEqual(alone);
    expect(beside.sent.length).toBeGreaterThan(0);
  });

  it('that hangs is waited for only as long as its time-out, and its records wait in the spool', async () => {
    await using around = await TickFixture.make();
    withCopy(around, { hangs: true });
    await around.tick(minute(0));
    expect(await around.objects.list(FOLDER)).toHaveLength(1);
    around.restart();
    const copy = withCopy(around);
    await around.tick(minute(1));
    expect(ticksOf(copy.records).toSorted()).toEqual([minute(0), minute(1)]);
  });

  it('whose spool can not be written either is counted as lost, and the tick goes on', async () => {
    await using around = await TickFixture.make();
    const copy = withCopy(around);
    copy.isDown = true;
    const [one] = around.copies;
    one!.spool.put = async () => {
      throw new Error('the disk is full');
    };
    const summary = await around.tick(minute(0));
    expect(summary.copies?.givenUp).toBeGreaterThan(0);
    expect(summary.verdictsWritten).toBeGreaterThan(0);
  });

  it('takes over what waits of shards that are no more', async () => {
    await using around = await TickFixture.make();
    const copy = withCopy(around);
    // The fixture has the shards 0 to 3 and ticks the last one, to which shard 7 belonged too.
    await around.copies[0]!.spool.put(SHARD + 4, minute(0) - 60, [
      { measurement: 'gap', metric: 'cpu', startSeconds: 1, endSeconds: 2, skippedSeconds: 2 },
    ]);
    await around.tick(minute(0));
    expect(linesOf(copy.records, 'gap')).toHaveLength(1);
    expect(await around.objects.list(FOLDER)).toEqual([]);
  });

  it('that is down shows in the health, the notes, the measurements and the status under its own name', async () => {
    await using around = await TickFixture.make();
    const copy = withCopy(around);
    await around.tick(minute(0));
    copy.isDown = true;
    for (let tick = 1; tick <= 3; tick += 1) await around.tick(minute(tick));
    const { copies, results } = await around.health();
    expect(copies).toMatchObject({ service: 'archive', state: 'down', sinceSeconds: minute(1) });
    expect(copies?.trouble?.reason).toContain('answered 500');
    expect(results).toMatchObject({ state: 'up' });
    expect(around.measured.at(-1)).toMatchObject({ CopyDown: 1, CopiesSpooled: expect.any(Number) });
    expect(around.measured.at(-1)).not.toHaveProperty('StoreDown', 1);
    const found = await installationStatus({ ...around.statusPorts() }, around.objects, SHARD + 1);
    const archive = found.connections.find(({ role }) => role === 'copies');
    expect(archive).toMatchObject({ service: 'archive', isUp: false, overTicks: { state: 'down' } });
    expect(found.notes).toContainEqual(
      expect.objectContaining({ kind: 'copies-spooled', sinceSeconds: minute(1) }),
    );
  });
});
