import { expect, it } from 'vitest';
import type { ResultRecord, ResultStore } from '../../lib/results/result-store.ts';
import {
  alertRecord,
  evaluationRecallRecord,
  evaluationRecord,
  healthRecord,
  START_SECONDS,
  tickRecord,
  verdictRecord,
} from './verdict-records.ts';

/** One record as it was read back: times in Unix seconds, no field that was not stored. */
export type ReadRecord = Readonly<Record<string, unknown>>;

export interface UsedStore extends AsyncDisposable {
  readonly store: ResultStore;
  /** The records of a measurement in order of time. */
  read(measurement: ResultRecord['measurement']): Promise<readonly ReadRecord[]>;
}

/** What every store of results does; `open` gives an empty one. */
export function behavesAsResultStore(open: () => Promise<UsedStore>): void {
  it('gives back every field of a verdict', async () => {
    await using used = await open();
    await used.store.write([verdictRecord({ instance: 'a:9100', mode: 'user' })]);
    const [row] = await used.read('verdict');
    expect(row).toMatchObject({ metric: 'cpu_usage', timeSeconds: START_SECONDS, kind: 'anomaly' });
    expect(row).toMatchObject({ value: 0.75, expected: 0.5, lower: 0.375, upper: 0.625 });
    expect(row).toMatchObject({ anomalous: true, score: 3.25, confidence: 0.9375, channel: 'fast' });
  });

  it('keeps numbers to the last bit, from the smallest to the largest', async () => {
    await using used = await open();
    const values = [0, -0.1, 1 / 3, Math.PI * 1e15, 1e21, -1e-7, Number.MIN_VALUE, Number.MAX_VALUE];
    await used.store.write(
      values.map((value, index) =>
        verdictRecord({ instance: 'a' }, { timeSeconds: START_SECONDS + index * 60, value }),
      ),
    );
    expect((await used.read('verdict')).map(({ value }) => value)).toEqual(values);
  });

  it('keeps a verdict without numbers: no value, no band, no score', async () => {
    await using used = await open();
    const nothing = { score: undefined, band: undefined, channel: undefined, confidence: 0 } as const;
    await used.store.write([
      verdictRecord({}, { ...nothing, kind: 'no-data', anomalous: false, value: Number.NaN }),
    ]);
    const [row] = await used.read('verdict');
    expect(row).toMatchObject({ kind: 'no-data', anomalous: false, timeSeconds: START_SECONDS });
    for (const field of ['value', 'expected', 'score']) expect(row?.[field] ?? null).toBeNull();
  });

  it('keeps what is finite of a verdict with NaN and infinities in it', async () => {
    await using used = await open();
    const band = { expected: 0.5, lower: -Infinity, upper: Infinity };
    await used.store.write([verdictRecord({}, { value: Infinity, score: Number.NaN, band })]);
    const [row] = await used.read('verdict');
    expect(row).toMatchObject({ kind: 'anomaly', expected: 0.5 });
    for (const field of ['value', 'score', 'lower', 'upper']) expect(row?.[field] ?? null).toBeNull();
  });

  it('tells simulated verdicts from real ones', async () => {
    await using used = await open();
    await used.store.write([
      verdictRecord({ host: 'a' }),
      { ...verdictRecord({ host: 'a' }), isSimulated: true },
    ]);
    const marks = (await used.read('verdict')).map((row) =>
      String(row.simulated ?? row.isSimulated ?? false),
    );
    expect(marks.toSorted()).toEqual(['false', 'true']);
  });

  it('keeps the health of each connection', async () => {
    await using used = await open();
    const reason = 'answered 500: "no",\nsaid it=1';
    await used.store.write([
      healthRecord({ role: 'source', service: 'prometheus', state: 'down', ticks: 3, troubles: 12, reason }),
      healthRecord({ role: 'results', service: 'influxdb' }),
    ]);
    const rows = await used.read('health');
    expect(rows).toHaveLength(2);
    const since = { timeSeconds: START_SECONDS };
    expect(rows.find(({ role }) => role === 'source')).toMatchObject({
      ...since,
      state: 'down',
      ticks: 3,
      reason,
    });
    expect(rows.find(({ role }) => role === 'results')).toMatchObject({
      ...since,
      service: 'influxdb',
      state: 'up',
    });
  });

  it('keeps alerts and ticks', async () => {
    await using used = await open();
    const explanation = 'Line one, "quoted" \\ and\nline two=2 ünïcode 🔥';
    await used.store.write([
      alertRecord({ host: 'a' }, { explanation }),
      alertRecord({ host: 'a' }, { kind: 'resolved' }),
      tickRecord({ seriesScored: 12 }),
    ]);
    const alerts = await used.read('alert');
    expect(alerts.map(({ kind }) => kind).toSorted()).toEqual(['onset', 'resolved']);
    expect(alerts.find(({ kind }) => kind === 'onset')).toMatchObject({
      id: 'f00d',
      value: 0.75,
      explanation,
    });
    expect(JSON.stringify(await used.read('tick'))).toContain('"seriesScored":12');
  });

  it('keeps the figures of an evaluation, and a record of its own for each kind and size', async () => {
    await using used = await open();
    await used.store.write([
      evaluationRecord({ recall: 0.8125, recallLow: 0.75, recallHigh: 0.875, nab: Number.NaN }),
      evaluationRecallRecord({ kind: 'spike', size: 'small' }),
      evaluationRecallRecord({ kind: 'spike', size: 'large' }),
      evaluationRecallRecord({ kind: 'gap', size: 'small', expects: 'silence', magnitude: '5 min' }),
    ]);
    const [evaluation, ...others] = await used.read('evaluation');
    expect(others).toEqual([]);
    const headline = 'Every "fault" was found.';
    expect(evaluation).toMatchObject({ metric: 'cpu_usage', timeSeconds: START_SECONDS, headline });
    expect(JSON.stringify(evaluation)).toMatch(
      /"recall":0.8125,"recallHigh":0.875,"recallLow":0.75|"recall":0.8125,"recallLow":0.75,"recallHigh":0.875/,
    );
    const cells = await used.read('evaluation_recall');
    expect(cells.map(({ kind, size, expects }) => `${kind} ${size} ${expects}`).toSorted()).toEqual([
      'gap small silence',
      'spike large alert',
      'spike small alert',
    ]);
    expect(JSON.stringify(cells.find(({ kind }) => kind === 'gap'))).toContain('"magnitude":"5 min"');
    for (const cell of cells) expect(JSON.stringify(cell)).toMatch(/"share":0.75.*"shareHigh":1/);
  });

  it('takes 12,000 records at once', async () => {
    await using used = await open();
    const records = Array.from({ length: 12_000 }, (_, index) =>
      verdictRecord(
        { instance: `host-${index % 1000}` },
        { timeSeconds: START_SECONDS + 60 * Math.floor(index / 1000), value: index },
      ),
    );
    await used.store.write(records);
    const rows = await used.read('verdict');
    expect(rows).toHaveLength(12_000);
    const sum = rows.reduce((total, { value }) => total + Number(value), 0);
    expect(sum).toBe((12_000 * 11_999) / 2);
  });

  it('has nothing to do without records', async () => {
    await using used = await open();
    await used.store.write([]);
    expect(await used.read('verdict')).toEqual([]);
  });

  it('says that it is up', async () => {
    await using used = await open();
    expect(await used.store.check()).toMatchObject({ service: used.store.name, isUp: true });
  });
}
