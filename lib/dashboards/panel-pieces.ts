import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  GraphDrawStyle,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DataTransformerConfig,
  type DynamicConfigValue,
  type GridPos,
  MappingType,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { DashboardStore } from './store/dashboard-store.ts';
import type { Question } from './store/questions.ts';

/** The data source that the reader has chosen at the top of the dashboard. */
const CHOSEN_DATASOURCE = '${datasource}';
const REF_IDS = 'ABCDEFGH';

/** What every kind of panel can be given. */
export interface AnyPanelBuilder extends Builder<Panel> {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  gridPos(position: GridPos): this;
  withTarget(target: Builder<Dataquery>): this;
  withTransformation(transformation: DataTransformerConfig): this;
  overrideByName(name: string, properties: DynamicConfigValue[]): this;
}

/** What a panel says of itself: the description stands behind the (i) at its title. */
export interface PanelText {
  readonly title: string;
  readonly description: string;
  /** What is done with the answers before they are shown; columns are already named then. */
  readonly transformations?: readonly DataTransformerConfig[];
}

/** The reference to the chosen data source. */
export function chosenDatasource({ datasourceType }: DashboardStore): DataSourceRef {
  return { type: datasourceType, uid: CHOSEN_DATASOURCE };
}

/**
 * A panel with the queries of its questions. A store without a query for the first question has no such panel; further
 * questions without a query are left out.
 *
 * @param questions in this order they are the queries A, B and so on, so that transformations can name them.
 * @returns undefined where the store does not hold what the panel shows.
 */
export function asked<B extends AnyPanelBuilder>(
  store: DashboardStore,
  panel: B,
  { title, description, transformations = [] }: PanelText,
  ...questions: readonly Question[]
): B | undefined {
  const datasource = chosenDatasource(store);
  if (questions[0] === undefined || store.query(questions[0]) === undefined) return undefined;
  panel.title(title).description(description).datasource(datasource);
  const named: DataTransformerConfig[] = [];
  for (const [index, question] of questions.entries()) {
    const query = store.query(question);
    const refId = REF_IDS[index]!;
    if (query === undefined) continue;
    panel.withTarget(store.target(refId, query, datasource));
    if (query.columns !== undefined) named.push(onlyColumns(query.columns, refId));
  }
  for (const transformation of [...named, ...transformations]) panel.withTransformation(transformation);
  return panel;
}

/** Shows the named columns of one query only, under their names and in their order. */
function onlyColumns(columns: Readonly<Record<string, string>>, refId: string): DataTransformerConfig {
  const names = Object.keys(columns);
  return {
    id: 'organize',
    filter: { id: 'byRefId', options: refId },
    options: {
      includeByName: Object.fromEntries(names.map((name) => [name, true])),
      indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
      renameByName: columns,
    },
  };
}

/** Colours from lower bounds on; `null` is the lowest. */
export function steps(
  ...colours: readonly (readonly [color: string, from: number | null])[]
): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(colours.map(([color, value]): Threshold => ({ color, value })));
}

/** One large figure. */
export function figure(): StatBuilder {
  return new StatBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .thresholds(steps(['text', null]))
    .noValue('none');
}

/** Lines over time. */
export function lines(): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(0)
    .showPoints(VisibilityMode.Auto)
    .thresholds(steps(['text', null]));
}

/** Rows and columns. */
export function rows(noRows: string): TableBuilder {
  return new TableBuilder().thresholds(steps(['text', null])).noValue(noRows);
}

/** One horizontal bar for each row: the text of a row is its name. @param field the column with the lengths. */
export function bars(field: string): BarGaugeBuilder {
  return new BarGaugeBuilder()
    .displayMode(BarGaugeDisplayMode.Basic)
    .orientation(VizOrientation.Horizontal)
    .reduceOptions(new ReduceDataOptionsBuilder().values(true).calcs(['lastNotNull']).fields(`/^${field}$/`))
    .thresholds(steps(['blue', null]));
}

/** Texts over time as coloured stretches. */
export function states(colors: Readonly<Record<string, string>>): StateTimelineBuilder {
  return new StateTimelineBuilder().showValue(VisibilityMode.Never).mappings(coloredTexts(colors));
}

/** The colour of each text. */
export function coloredTexts(colors: Readonly<Record<string, string>>): ValueMapping[] {
  const options = Object.fromEntries(
    Object.entries(colors).map(([text, color], index) => [text, { color, index }]),
  );
  return [{ type: MappingType.ValueToText, options }];
}

/** Lines on top of each other. */
export function stacked(): TimeSeriesBuilder {
  return lines()
    .min(0)
    .fillOpacity(30)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

/** A link on the cells of a column. @param url may hold `${__data.fields.NAME:percentencode}`. */
export function cellLink(title: string, url: string): DynamicConfigValue {
  return { id: 'links', value: [{ title, url, targetBlank: false }] };
}

/** The metric dashboard for the metric of a row, at the time that is looked at. */
export function metricUrl(uid: string, ...more: readonly string[]): string {
  const variables = [
    'var-metric=${__data.fields.metric:percentencode}',
    'var-datasource=${datasource}',
    ...more,
  ];
  return `/d/${uid}?${variables.join('&')}&\${__url_time_range}`;
}
