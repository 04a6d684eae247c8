import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { assembled, row } from './assembled.ts';
import { asked, bars, figure, lines, rows, stacked, steps } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

/** At most one training a night: a month of them is a history. */
const FROM = 'now-30d';
const DAY_SECONDS = 86_400;

/** How the models of the metrics are: their age, what was promoted or rejected and why, their quality. */
export function modelsDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
): Dashboard | undefined {
  return assembled(grafana, store, {
    uidSuffix: '-models',
    name: 'models',
    description: 'Age and quality of the models, and why each training promoted or rejected them.',
    from: FROM,
    chooses: 'many',
    marks: [{ name: 'New models', color: 'blue', question: 'modelMarks' }],
    rows: [
      row(4, [8, age(store)], [8, lastTraining(store)], [8, outcomes(store)]),
      row(9, [24, trainings(store)]),
      row(8, [12, coverage(store)], [12, error(store)]),
      row(8, [12, falseAlerts(store)], [12, seriesByOutcome(store)]),
    ],
  });
}

function age(store: DashboardStore) {
  return asked(
    store,
    figure()
      .unit('s')
      .thresholds(steps(['green', null], ['yellow', 2 * DAY_SECONDS], ['red', 7 * DAY_SECONDS])),
    {
      title: 'Oldest model',
      description:
        'Time since the oldest model in use was trained or confirmed, of all metrics. After 7 days a model is stale: its verdicts say so.',
    },
    'modelAge',
  );
}

function lastTraining(store: DashboardStore) {
  return asked(
    store,
    figure().unit('dateTimeFromNow'),
    { title: 'Last training', description: 'When the newest training of the chosen metrics was.' },
    'lastTraining',
  );
}

function outcomes(store: DashboardStore) {
  return asked(
    store,
    bars('trainings'),
    {
      title: 'Outcomes',
      description: 'Trainings in this time: promoted, kept (nothing new), rejected by the test, or failed.',
    },
    'trainingOutcomes',
  );
}

function trainings(store: DashboardStore) {
  return asked(
    store,
    rows('No training in this time: run "tidemark train", or wait for the night.')
      .overrideByName('time', [{ id: 'custom.width', value: 180 }])
      .overrideByName('metric', [{ id: 'custom.width', value: 180 }])
      .overrideByName('tooLittleHistory', [{ id: 'displayName', value: 'too little history' }]),
    {
      title: 'Trainings',
      description:
        'Each training with its outcome and the reason; then the series with a new model, a refused one, or too little history.',
      transformations: [
        {
          id: 'organize',
          options: {
            indexByName: Object.fromEntries(
              ['time', 'metric', 'status', 'reason', 'version', 'series'].map((name, index) => [name, index]),
            ),
          },
        },
      ],
    },
    'trainings',
  );
}

function coverage(store: DashboardStore) {
  return asked(
    store,
    lines().unit('percentunit').decimals(0).min(0).max(1).showPoints(VisibilityMode.Always),
    {
      title: 'Coverage',
      description:
        'The share of held-out samples inside the band of the candidate, the median of all series. It should be near the configured interval.',
    },
    'coverageOfModels',
  );
}

function error(store: DashboardStore) {
  return asked(
    store,
    lines()
      .decimals(2)
      .min(0)
      .showPoints(VisibilityMode.Always)
      .thresholds(steps(['green', null], ['red', 1])),
    {
      title: 'Error against the seasonal naive model',
      description:
        'Error on held-out samples over that of "as at the same time of the last season"; the skill is one minus it. Below 1 the model has learned something.',
    },
    'errorOfModels',
  );
}

function falseAlerts(store: DashboardStore) {
  return asked(
    store,
    lines().decimals(2).min(0).showPoints(VisibilityMode.Always),
    {
      title: 'False alerts on held-out history',
      description: 'Per series and week, with the candidates of each training; the mean of all series.',
    },
    'falseAlertsOfModels',
  );
}

function seriesByOutcome(store: DashboardStore) {
  return asked(
    store,
    stacked().decimals(0).showPoints(VisibilityMode.Always),
    {
      title: 'Series by outcome',
      description:
        'Series with a new model, with the one that they had, with a refused one, or without enough history.',
    },
    'seriesByOutcome',
  );
}
