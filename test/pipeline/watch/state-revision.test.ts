import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { startSeries } from '../../../lib/detector/monitor-series.ts';
import { pending } from '../../../lib/pipeline/watch/pending-alert.ts';
import type { MetricMemory, SeriesMemory, ShardState } from '../../../lib/pipeline/watch/shard-state.ts';
import { encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { revisionOf } from '../../../lib/pipeline/watch/state-revision.ts';
import { sampleAlert } from '../../alerts/sample-alert.ts';
import { metricNamed, minute } from '../tick/tick-fixture.ts';

const incident = { ...sampleAlert(), id: 'first', incidentId: 'incident' };
const batch = { key: 'spool/shard-0/60-ab.bin', timeSeconds: 60, recordCount: 3, sizeBytes: 400 };

const series = (warmUp?: SeriesMemory['warmUp']): SeriesMemory => ({
  labels: {},
  state: startSeries(metricNamed('cpu').monitor),
  lastSeenSeconds: minute(0),
  samplesInBlock: 0,
  warmUp,
});

function example(): { readonly state: ShardState; readonly memory: MetricMemory } {
  const warming = { replayedSeconds: minute(-60), liveSinceSeconds: minute(0) };
  const memory: MetricMemory = {
    detector: ewmaChart.name,
    stepSeconds: 60,
    watermarkSeconds: minute(0),
    series: new Map([
      ['known', series()],
      ['new', series(warming)],
    ]),
    movingFrom: undefined,
    openIncidents: new Map([['incident', incident]]),
  };
  const state: ShardState = {
    sequence: 7,
    metrics: new Map([['cpu', memory]]),
    outbox: pending([incident]),
    spool: [batch],
  };
  return { state, memory };
}

const bytesOf = (state: ShardState) => encodeShardState({ ...state, sequence: 0 }).toString('base64');

/** Everything that a tick may do to a state, one at a time. */
const changes: Readonly<Record<string, (state: ShardState, memory: MetricMemory) => void>> = {
  'a step is scored': (_, memory) => {
    memory.watermarkSeconds += 60;
  },
  'a piece of history is replayed': (_, { series: known }) => {
    known.get('new')!.warmUp!.replayedSeconds += 60;
  },
  'a series ends its warm-up': (_, { series: known }) => {
    known.get('new')!.warmUp = undefined;
  },
  'a series is forgotten': (_, { series: known }) => {
    known.delete('known');
  },
  'a metric is forgotten': ({ metrics }) => {
    metrics.delete('cpu');
  },
  'an incident ends': (_, { openIncidents }) => {
    openIncidents.delete('incident');
  },
  'an incident gets worse': (_, { openIncidents }) => {
    openIncidents.set('incident', { ...incident, id: 'second' });
  },
  'a summary stands for an incident': (_, { openIncidents }) => {
    openIncidents.set('incident', { ...incident, summarizedIn: 'summary' });
  },
  'a metric begins to move here': (_, memory) => {
    memory.movingFrom = 0;
  },
  'an alert is decided': (state) => {
    state.outbox = [...state.outbox, ...pending([{ ...incident, id: 'second' }])];
  },
  'an alert is delivered to one of two channels': (state) => {
    state.outbox = state.outbox.map(({ alert }) => ({ alert, deliveredTo: ['log'] }));
  },
  'an alert is delivered to all': (state) => {
    state.outbox = [];
  },
  'results are spooled': (state) => {
    state.spool = [...state.spool, { ...batch, key: 'spool/shard-0/120-cd.bin' }];
  },
  'the spool is drained': (state) => {
    state.spool = [];
  },
};

describe('the revision of a state', () => {
  it.each(Object.entries(changes))('changes with the stored bytes when %s', (_, change) => {
    const before = example().state;
    const { state, memory } = example();
    change(state, memory);
    expect(bytesOf(state)).not.toBe(bytesOf(before));
    expect(revisionOf(state)).not.toBe(revisionOf(before));
  });

  it('is the same for the same content, however often it was saved', () => {
    const { state } = example();
    expect(revisionOf({ ...example().state, sequence: 8 })).toBe(revisionOf(state));
  });
});
