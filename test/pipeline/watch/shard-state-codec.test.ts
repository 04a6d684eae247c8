import { createHash } from 'node:crypto';
import { decode, encode } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monitorSample, startSeries } from '../../../lib/detector/monitor-series.ts';
import { type DetectorName, detectors } from '../../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { alertOf } from '../../../lib/pipeline/watch/alert-identity.ts';
import { UnreadableStateError } from '../../../lib/pipeline/watch/errors.ts';
import type { PendingAlert } from '../../../lib/pipeline/watch/pending-alert.ts';
import type { MetricMemory, ShardState } from '../../../lib/pipeline/watch/shard-state.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { type Labels, seriesKey } from '../../../lib/series/labels.ts';

const CHECKSUM_BYTES = 16;
const STEP_SECONDS = 60;
const START_SECONDS = 1_700_000_040;

interface Plan {
  readonly name: string;
  readonly detector: DetectorName;
  readonly series: readonly { readonly labels: Labels; readonly values: readonly number[] }[];
}

/** A state that came about by monitoring the values, with all the alerts that they led to. */
function stateOf(plans: readonly Plan[], sequence = 1): ShardState {
  const outbox: PendingAlert[] = [];
  const metrics = new Map<string, MetricMemory>();
  for (const { name, detector, series } of plans) {
    const monitor = {
      detector: detectors[detector],
      settings: defaultDetectionSettings,
      stepSeconds: STEP_SECONDS,
    };
    const memory: MetricMemory = {
      detector,
      stepSeconds: STEP_SECONDS,
      watermarkSeconds: START_SECONDS,
      series: new Map(),
      movingFrom: undefined,
      openIncidents: new Map(),
    };
    for (const { labels, values } of series) {
      const state = startSeries<unknown>(monitor);
      const key = seriesKey(labels);
      values.forEach((value, index) => {
        const sample = { timeSeconds: START_SECONDS + index * STEP_SECONDS, value };
        const { events } = monitorSample<unknown>(monitor, state, sample, undefined);
        for (const event of events) {
          const alert = alertOf(name, key, labels, false, event);
          outbox.push({ alert, deliveredTo: index % 2 === 0 ? [] : ['log'] });
          memory.openIncidents.set(key, alert);
        }
      });
      memory.series.set(key, {
        labels,
        state,
        lastSeenSeconds: START_SECONDS + values.length * STEP_SECONDS,
        samplesInBlock: values.length,
        warmUp:
          values.length % 2 === 0
            ? undefined
            : { replayedSeconds: START_SECONDS, liveSinceSeconds: START_SECONDS + 60 },
      });
    }
    metrics.set(name, memory);
  }
  const spool = [{ key: 'spool/shard-0/60-ab.bin', timeSeconds: 60, recordCount: 3, sizeBytes: 400 }];
  return { sequence, metrics, outbox, spool };
}

const labels = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), fc.string({ unit: 'binary' }), {
  maxKeys: 5,
  noNullPrototype: true,
});
const values = fc.array(
  fc.oneof(fc.double({ min: -1e9, max: 1e9 }), fc.constantFrom(Number.NaN, Infinity, 0, 1e300)),
  { maxLength: 60 },
);
const plan = fc.record({
  name: fc.string({ minLength: 1 }),
  detector: fc.constantFrom<DetectorName>('rarity', 'ewma-chart', 'interval-rule', 'interval-ratio'),
  series: fc.array(fc.record({ labels, values }), { maxLength: 5 }),
});

const steady = Array.from({ length: 100 }, (_, index) => 10 + (index % 7));
const example = () =>
  stateOf([
    {
      name: 'cpu',
      detector: 'ewma-chart',
      series: [{ labels: { host: 'a' }, values: [...steady, 900, 900] }],
    },
  ]);

/** Bytes with a right checksum around any body. */
function sealed(content: unknown): Uint8Array {
  const body = encode(content);
  return Buffer.concat([createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES), body]);
}

describe('the codec of shard states', () => {
  it('gives back every state as it was, and the same bytes for it', () => {
    fc.assert(
      fc.property(fc.array(plan, { maxLength: 4 }), fc.nat(), (plans, sequence) => {
        const state = stateOf(plans, sequence);
        const bytes = encodeShardState(state);
        const back = decodeShardState(bytes);
        expect(back).toEqual(state);
        expect(Buffer.from(encodeShardState(back)).equals(bytes)).toBe(true);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('keeps alerts that wait', () => {
    const state = example();
    expect(state.outbox.length).toBeGreaterThan(0);
    expect(decodeShardState(encodeShardState(state)).outbox).toEqual(state.outbox);
  });

  it('takes series of more label names than an encoder could keep apart by number', () => {
    const series = Array.from({ length: 500 }, (_, index) => ({
      labels: { [`label_${index}`]: 'x' },
      values: [1],
    }));
    const state = stateOf([{ name: 'cpu', detector: 'rarity', series }]);
    expect(decodeShardState(encodeShardState(state))).toEqual(state);
  });

  it('takes 2 KB a series at most', () => {
    const series = Array.from({ length: 200 }, (_, index) => ({
      labels: { instance: `host-${index}.example.com:9100`, job: 'node', mode: 'user' },
      values: steady,
    }));
    const bytes = encodeShardState(stateOf([{ name: 'cpu', detector: 'rarity', series }]));
    expect(bytes.length / series.length).toBeLessThan(2048);
  });

  it('refuses bytes that are cut anywhere', () => {
    const bytes = encodeShardState(example());
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (length) => {
        expect(() => decodeShardState(bytes.subarray(0, length))).toThrow(UnreadableStateError);
      }),
      { seed: 7 },
    );
    expect(() => decodeShardState(new Uint8Array())).toThrow(UnreadableStateError);
  });

  it('refuses bytes of which one bit was turned', () => {
    const bytes = encodeShardState(example());
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => decodeShardState(changed)).toThrow(UnreadableStateError);
      }),
      { seed: 7 },
    );
  });

  it('refuses a newer version, and says that it is newer', () => {
    const newer = sealed({ schemaVersion: 99, shape: 'unknown' });
    expect(() => decodeShardState(newer)).toThrow(UnreadableStateError);
    expect(() => decodeShardState(newer)).toThrow(/version 99.*a newer Tidemark wrote it/);
  });

  it.each<[string, (body: { [field: string]: unknown }) => unknown]>([
    ['is no object', () => 'text'],
    ['is null', () => null],
    ['has no metrics', ({ metrics: _, ...rest }) => rest],
    ['has a metric of an unknown detector', (body) => withMetric(body, { detector: 'crystal-ball' })],
    ['has the states of another detector', (body) => withMetric(body, { detector: 'rarity' })],
    ['has fewer labels than series', (body) => withMetric(body, { labels: [] })],
    ['has no states', (body) => withMetric(body, { states: undefined })],
  ])('refuses content that %s, though its checksum is right', (_, change) => {
    const body = decode(encodeShardState(example()).subarray(CHECKSUM_BYTES)) as Record<string, unknown>;
    expect(() => decodeShardState(sealed(change(body)))).toThrow(UnreadableStateError);
  });
});

function withMetric(body: { [field: string]: unknown }, change: object): unknown {
  const [metric] = body.metrics as object[];
  return { ...body, metrics: [{ ...metric, ...change }] };
}
