import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueGraphMode,
  FieldTextAlignment,
  GraphDrawStyle,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type FluxSource, fluxTarget, ofSelectedMetric } from './flux-target.ts';

const COLUMNS = 24;
/** The newest evaluation of the window. */
const newest = 'last()';
const fieldsAsColumns = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")';

/**
 * A kind is reliably found from the upper fraction on, and hardly below the lower; same limits as in the
 * accuracy card.
 */
const shareSteps = steps(['red', null], ['yellow', 0.5], ['green', 0.9]);

/** The headline of the newest evaluation, in a sentence. */
export function headlinePanel(source: FluxSource): Builder<Panel> {
  const query = ofSelectedMetric(
    source,
    'evaluation',
    ['headline'],
    newest,
    'keep(columns: ["_time", "_value"])',
    'rename(columns: {_value: "answer"})',
  );
  return new TableBuilder()
    .title('Can I page on it?')
    .description(
      'The newest evaluation in a sentence, written by "tidemark evaluate" and by every retraining.',
    )
    .datasource(source.datasource)
    .withTarget(fluxTarget(source, query))
    .overrideByName('_time', [
      { id: 'displayName', value: 'evaluated up to' },
      { id: 'custom.width', value: 180 },
    ])
    .noValue('No evaluation in this window: run "tidemark evaluate --write".')
    .height(4)
    .span(COLUMNS - 4);
}

/** How long ago the newest evaluation was. */
export function lastEvaluationPanel(source: FluxSource): Builder<Panel> {
  const query = ofSelectedMetric(
    source,
    'evaluation',
    ['series'],
    newest,
    'map(fn: (r) => ({_value: int(v: r._time) / 1000000}))',
  );
  return stat(source, 'Last evaluation', query).unit('dateTimeFromNow').height(4).span(4);
}

/** One figure of the newest evaluation. */
export function figurePanel(
  source: FluxSource,
  title: string,
  description: string,
  field: string,
  unit: string,
): StatBuilder {
  return stat(
    source,
    title,
    ofSelectedMetric(source, 'evaluation', [field], newest, 'keep(columns: ["_time", "_value"])'),
  )
    .description(description)
    .unit(unit)
    .decimals(unit === 'percentunit' ? 0 : 2)
    .height(4)
    .span(4);
}

/** The fraction of faults of each kind and size with the expected outcome, as a coloured table. */
export function recallPanel(source: FluxSource): Builder<Panel> {
  return byKindAndSize(source, 'What is found', 'share')
    .description(
      'Fraction of the injected faults of each kind and size that raised an alert; of gaps, the fraction that raised none.',
    )
    .unit('percentunit')
    .decimals(0)
    .min(0)
    .max(1)
    .thresholds(shareSteps);
}

/** The detection delay of each kind and size of fault. */
export function delayPanel(source: FluxSource): Builder<Panel> {
  return byKindAndSize(source, 'How soon', 'delaySeconds')
    .description("Median time from a fault's first sample to its alert, of the found faults.")
    .unit('s')
    .decimals(0)
    .thresholds(steps(['green', null], ['yellow', 600], ['red', 3600]));
}

/** A figure over the evaluations with its confidence interval and its target. */
export function historyPanel(
  source: FluxSource,
  title: string,
  description: string,
  field: string,
  against?: string,
): TimeSeriesBuilder {
  const fields = [field, `${field}Low`, `${field}High`, ...(against === undefined ? [] : [against])];
  const query = ofSelectedMetric(
    source,
    'evaluation',
    fields,
    fieldsAsColumns,
    `keep(columns: ${JSON.stringify(['_time', ...fields])})`,
  );
  const bound = [
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } },
    { id: 'custom.lineWidth', value: 1 },
  ];
  return new TimeSeriesBuilder()
    .title(title)
    .description(`${description} Dashed: the 95 % interval.`)
    .datasource(source.datasource)
    .withTarget(fluxTarget(source, query))
    .drawStyle(GraphDrawStyle.Line)
    .showPoints(VisibilityMode.Always)
    .min(0)
    .overrideByName(`${field}Low`, bound)
    .overrideByName(`${field}High`, bound)
    .height(8)
    .span(COLUMNS / 2);
}

function stat({ datasource, bucket }: FluxSource, title: string, query: string): StatBuilder {
  return new StatBuilder()
    .title(title)
    .datasource(datasource)
    .withTarget(fluxTarget({ datasource, bucket }, query))
    .graphMode(BigValueGraphMode.None)
    .thresholds(steps(['text', null]))
    .noValue('none');
}

function byKindAndSize(source: FluxSource, title: string, field: string): TableBuilder {
  const query = ofSelectedMetric(
    source,
    'evaluation_recall',
    [field],
    newest,
    'group()',
    'pivot(rowKey: ["kind"], columnKey: ["size"], valueColumn: "_value")',
    'sort(columns: ["kind"])',
  );
  return new TableBuilder()
    .title(title)
    .datasource(source.datasource)
    .withTarget(fluxTarget(source, query))
    .withTransformation({
      id: 'organize',
      options: { indexByName: { kind: 0, small: 1, medium: 2, large: 3 } },
    })
    .align(FieldTextAlignment.Center)
    .cellOptions({
      type: TableCellDisplayMode.ColorBackground,
      mode: TableCellBackgroundDisplayMode.Basic,
    })
    .overrideByName('kind', [
      { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.Auto } },
      { id: 'custom.align', value: FieldTextAlignment.Left },
    ])
    .height(11)
    .span(COLUMNS / 2);
}

function steps(
  ...colours: readonly (readonly [color: string, from: number | null])[]
): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(colours.map(([color, value]): Threshold => ({ color, value })));
}
