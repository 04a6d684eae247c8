import {
  FieldTextAlignment,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { assembled, row } from './assembled.ts';
import { asked, figure, lines, rows, steps } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';
import type { AccuracyQuestion } from './store/questions.ts';

/** At most one evaluation a night: a month of them is a history. */
const FROM = 'now-30d';

/**
 * A kind is reliably found from the upper fraction on, and hardly below the lower; same limits as in the
 * accuracy card.
 */
const shareSteps = steps(['red', null], ['yellow', 0.5], ['green', 0.9]);
const delaySteps = steps(['green', null], ['yellow', 600], ['red', 3600]);
/** Of the allowed false alerts; above all of them the alerts are not to be relied on. */
const budgetSteps = steps(['green', null], ['yellow', 0.8], ['red', 1]);

/** The accuracy card of one metric, from its stored evaluations. */
export function accuracyDashboard(
  grafana: Configuration['grafana'],
  store: DashboardStore,
): Dashboard | undefined {
  const small = (title: string, description: string, question: AccuracyQuestion, unit: string) =>
    asked(
      store,
      figure()
        .unit(unit)
        .decimals(unit === 'percentunit' ? 0 : 2),
      { title, description },
      question,
    );
  return assembled(grafana, store, {
    uidSuffix: '-accuracy',
    name: 'accuracy',
    description: 'How reliable the alerts of a metric are, measured on its own history.',
    from: FROM,
    chooses: 'one',
    rows: [
      row(4, [20, headline(store)], [4, lastEvaluation(store)]),
      row(
        4,
        [
          4,
          small(
            'Faults found',
            'Of the injected faults, all kinds and sizes: how many raised an alert.',
            'recall',
            'percentunit',
          )?.thresholds(shareSteps),
        ],
        [
          4,
          small('Delay', "The median time from a fault's first sample to its alert.", 'delay', 's')
            ?.decimals(0)
            .thresholds(delaySteps),
        ],
        [
          3,
          small(
            'False alerts a week',
            'Alerts on undisturbed history, by series and week.',
            'falseAlerts',
            'none',
          ),
        ],
        [3, small('Budget', 'Accepted false alerts per series and week.', 'allowedFalseAlerts', 'none')],
        [
          3,
          small(
            'Budget used',
            'False alerts against the accepted ones: red where the budget is exceeded.',
            'budgetUsed',
            'percentunit',
          )?.thresholds(budgetSteps),
        ],
        [
          3,
          small(
            'Alerts that are real',
            'The share of alerts that are real where a series has one incident a week.',
            'precision',
            'percentunit',
          )?.thresholds(shareSteps),
        ],
        [
          4,
          small(
            'Inside the model band',
            'The share of the samples after the fit that lie inside the band of the model.',
            'coverage',
            'percentunit',
          )?.thresholds(steps(['yellow', null], ['green', 0.9])),
        ],
      ),
      row(11, [12, recallByKind(store)], [12, delayByKind(store)]),
      row(8, [12, falseAlertsOverTime(store)], [12, recallOverTime(store)]),
    ],
  });
}

function headline(store: DashboardStore) {
  return asked(
    store,
    rows('No evaluation in this window: run "tidemark evaluate --write".').overrideByName('evaluated up to', [
      { id: 'custom.width', value: 180 },
    ]),
    {
      title: 'Can I page on it?',
      description:
        'The newest evaluation in a sentence, written by "tidemark evaluate" and by every retraining.',
    },
    'headline',
  );
}

function lastEvaluation(store: DashboardStore) {
  return asked(
    store,
    figure().unit('dateTimeFromNow'),
    { title: 'Last evaluation', description: 'The end of the history that was evaluated last.' },
    'lastEvaluation',
  );
}

function recallByKind(store: DashboardStore) {
  return asked(
    store,
    coloredCells().unit('percentunit').min(0).max(1).thresholds(shareSteps),
    {
      title: 'What is found',
      description:
        'Fraction of the injected faults of each kind and size that raised an alert; of gaps, the fraction that raised none.',
      transformations: [bySize],
    },
    'recallByKind',
  );
}

function delayByKind(store: DashboardStore) {
  return asked(
    store,
    coloredCells().unit('s').thresholds(delaySteps),
    {
      title: 'How soon',
      description: "Median time from a fault's first sample to its alert, of the found faults.",
      transformations: [bySize],
    },
    'delayByKind',
  );
}

const bySize = {
  id: 'organize',
  options: { indexByName: { kind: 0, small: 1, medium: 2, large: 3 } },
};

function coloredCells() {
  return rows('No evaluation in this window.')
    .decimals(0)
    .align(FieldTextAlignment.Center)
    .cellOptions({
      type: TableCellDisplayMode.ColorBackground,
      mode: TableCellBackgroundDisplayMode.Basic,
    })
    .overrideByName('kind', [
      { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Auto } },
      { id: 'custom.align', value: FieldTextAlignment.Left },
    ]);
}

function falseAlertsOverTime(store: DashboardStore) {
  return asked(
    store,
    withInterval('falseAlertsPerWeek').overrideByName('budgetPerWeek', [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
    ]),
    {
      title: 'False alerts a week against the budget',
      description: 'Per series and week; red is the budget. Dashed: the 95 % interval.',
    },
    'falseAlertsOverTime',
  );
}

function recallOverTime(store: DashboardStore) {
  return asked(
    store,
    withInterval('recall').unit('percentunit').max(1),
    { title: 'Faults found over time', description: 'Of the injected ones. Dashed: the 95 % interval.' },
    'recallOverTime',
  );
}

/** A figure over the evaluations with its confidence interval. */
function withInterval(field: string) {
  const bound = [
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } },
    { id: 'custom.lineWidth', value: 1 },
  ];
  return lines()
    .min(0)
    .showPoints(VisibilityMode.Always)
    .overrideByName(`${field}Low`, bound)
    .overrideByName(`${field}High`, bound);
}
