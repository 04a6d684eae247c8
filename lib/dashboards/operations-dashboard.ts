import { TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { assembled, row } from './assembled.ts';
import { asked, coloredTexts, figure, lines, rows, stacked, states, steps } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

const CONNECTION_COLORS = { up: 'green', degraded: 'yellow', down: 'red' };

/** How Tidemark itself is: its ticks, its connections, and what they cost. */
export function operationsDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
  from: string,
): Dashboard | undefined {
  return assembled(grafana, store, {
    uidSuffix: '-operations',
    name: 'operations',
    description: 'The ticks themselves: how far behind they are, how long they take, and what fails.',
    from,
    rows: [
      row(8, [12, lag(store)], [12, tickTime(store)]),
      row(8, [12, phases(store)], [12, volume(store)]),
      row(8, [12, connectionStates(store)], [12, connections(store)]),
      row(8, [8, faults(store)], [8, lateAndRejected(store)], [8, spool(store)]),
      row(4, [24, cost(store)]),
    ],
  });
}

function lag(store: DashboardStore) {
  return asked(
    store,
    lines()
      .unit('s')
      .min(0)
      .thresholds(steps(['green', null], ['red', 600])),
    {
      title: 'Behind',
      description:
        'How far the metric that is furthest behind was behind its tick, by shard. It includes schedule.evaluationDelay; a growing line means that ticks do not keep up.',
    },
    'lag',
  );
}

function tickTime(store: DashboardStore) {
  return asked(
    store,
    lines().unit('ms').min(0),
    {
      title: 'Time of a tick',
      description:
        'All phases of a tick together, by shard. It has to stay well below the interval of the ticks.',
    },
    'tickTime',
  );
}

function phases(store: DashboardStore) {
  return asked(
    store,
    stacked().unit('ms'),
    {
      title: 'Phases',
      description:
        'Where the time of a tick goes: loading states, querying, scoring, warming up new series, writing, saving, notifying, draining the spool.',
    },
    'phases',
  );
}

function volume(store: DashboardStore) {
  return asked(
    store,
    lines().decimals(0).min(0),
    {
      title: 'Series and verdicts',
      description:
        'What the ticks did: series scored and warming up, verdicts written, alerts decided. Wide ranges show sums.',
    },
    'volume',
  );
}

function connectionStates(store: DashboardStore) {
  return asked(
    store,
    states(CONNECTION_COLORS),
    {
      title: 'Connections over time',
      description:
        'The source, the store of results, the store of states and the alert channels, as each tick found them.',
    },
    'connectionStates',
  );
}

function connections(store: DashboardStore) {
  return asked(
    store,
    rows('No tick has written its health yet.')
      .overrideByName('state', [
        { id: 'mappings', value: coloredTexts(CONNECTION_COLORS) },
        { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
      ])
      .overrideByName('troubles', [{ id: 'displayName', value: 'failed calls' }]),
    {
      title: 'Connections now',
      description:
        'The newest health of each connection, since when, and its last reason; "tidemark status" checks them from your machine.',
    },
    'connections',
  );
}

function faults(store: DashboardStore) {
  return asked(
    store,
    lines()
      .decimals(0)
      .min(0)
      .overrideByName('skippedSeconds', [
        { id: 'displayName', value: 'seconds skipped' },
        { id: 'unit', value: 's' },
      ])
      .overrideByName('statesSetAside', [{ id: 'displayName', value: 'states set aside' }]),
    {
      title: 'Faults',
      description:
        'Metrics that a tick could not score, warnings of the source, time that was skipped after an outage, and states that could not be read.',
    },
    'faults',
  );
}

function lateAndRejected(store: DashboardStore) {
  return asked(
    store,
    lines()
      .decimals(0)
      .min(0)
      .overrideByName('pointsLate', [{ id: 'displayName', value: 'late' }])
      .overrideByName('verdictsRejected', [{ id: 'displayName', value: 'rejected' }]),
    {
      title: 'Late and rejected points',
      description:
        'Samples that came after their step was scored (raise schedule.evaluationDelay), and points that the store of results refused.',
    },
    'lateAndRejected',
  );
}

function spool(store: DashboardStore) {
  return asked(
    store,
    lines()
      .decimals(0)
      .min(0)
      .overrideByName('ticksSpooled', [{ id: 'displayName', value: 'ticks waiting' }])
      .overrideByName('recordsSpooled', [{ id: 'displayName', value: 'records put aside' }])
      .overrideByName('recordsGivenUp', [{ id: 'displayName', value: 'records given up' }]),
    {
      title: 'Spool',
      description:
        'What waits while the store of results is down, and what was given up because the spool was full.',
    },
    'spool',
  );
}

function cost(store: DashboardStore) {
  return asked(
    store,
    figure().unit('currencyUSD').decimals(2),
    {
      title: 'Function time a month',
      description:
        'The time of the ticks in this range, at the list price of the configured memory, as 30 days. Requests, storage and retrainings come on top.',
    },
    'cost',
  );
}
