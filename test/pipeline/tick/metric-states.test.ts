import { describe, expect, it } from 'vitest';
import { hosts, metricNamed, minute, spikeAt, TickFixture } from './tick-fixture.ts';

const statesOf = async (around: TickFixture) =>
  (await around.lines('metric_state')).map((line) => JSON.parse(line));

describe('the state of a metric', () => {
  it('is written by each tick: its series, open incidents, lag, threshold and allowed alerts', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu', undefined, { unit: 'percentunit' })];
    await around.tick(minute(180));
    expect(await statesOf(around)).toEqual([
      {
        measurement: 'metric_state',
        metric: 'cpu',
        shard: 3,
        timeSeconds: minute(180),
        state: 'scored',
        unit: 'percentunit',
        fields: {
          series: 3,
          seriesWarming: 0,
          incidentsOpen: 0,
          lagSeconds: 0,
          secondsWithoutSample: 0,
          isSilent: 0,
          threshold: 6,
          allowedAlertsPerWeek: 3e-6,
          stepSeconds: 60,
        },
      },
    ]);
  });

  it('counts an incident while it is open', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = () => hosts([spikeAt(181)]);
    await around.tick(minute(180));
    await around.tick(minute(182));
    expect((await statesOf(around)).map(({ fields }) => fields.incidentsOpen)).toEqual([0, 1]);
  });

  it('is silent, with the reason, when its query has returned no series for too long', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu'), metricNamed('memory')];
    await around.tick(minute(0));
    around.seriesOf = (query) => (query === 'cpu' ? [] : hosts());
    for (const count of [1, 5, 11]) await around.tick(minute(count));
    const states = (await statesOf(around)).filter(({ metric }) => metric === 'cpu');
    expect(states.map(({ fields }) => [fields.isSilent, fields.secondsWithoutSample])).toEqual([
      [0, 0],
      [0, 60],
      [0, 300],
      [1, 660],
    ]);
    expect(states.at(-1).state).toBe('silent');
    expect(states.at(-1).reason).toBe('The query returns no series; 3 are known');
  });
});

describe('the outcome of a tick', () => {
  const outcomesOf = async (around: TickFixture) =>
    (await around.lines('tick_outcome')).map((line) => JSON.parse(line));

  it('is written by the next tick: the phases, and what the store did with the results', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    expect(await outcomesOf(around)).toEqual([]);
    await around.tick(minute(1));
    const [outcome] = await outcomesOf(around);
    expect(outcome).toMatchObject({ measurement: 'tick_outcome', shard: 3, timeSeconds: minute(0) });
    expect(Object.keys(outcome.fields)).toEqual(
      expect.arrayContaining([
        'queryMilliseconds',
        'warmUpMilliseconds',
        'writeMilliseconds',
        'saveMilliseconds',
      ]),
    );
    expect(outcome.fields).toMatchObject({ verdictsRejected: 0, recordsSpooled: 0, ticksSpooled: 0 });
  });

  it('says how many records wait when the store of results is down', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    around.failWrites(1);
    await around.tick(minute(1));
    await around.tick(minute(2));
    const outcome = (await outcomesOf(around)).find(({ timeSeconds }) => timeSeconds === minute(1));
    expect(outcome.fields).toMatchObject({ ticksSpooled: 1 });
    expect(outcome.fields.recordsSpooled).toBeGreaterThan(3);
  });

  it('is unknown to a new process, which writes none', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    around.restart();
    await around.tick(minute(1));
    expect(await outcomesOf(around)).toEqual([]);
  });
});
