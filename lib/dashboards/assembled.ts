import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { type AnyPanelBuilder, chosenDatasource } from './panel-pieces.ts';
import type { DashboardStore } from './store/dashboard-store.ts';
import type { Question } from './store/questions.ts';

/**
 * The version of the model of dashboards in Grafana 10.4. Later versions bring an older model up to date when they load
 * it; an earlier one does not know a newer model.
 */
const SCHEMA_VERSION = 39;
/** Options that the library sets to their defaults, and that some versions do not know. */
const LATER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  stat: ['percentChangeColorMode'],
  table: ['footer'],
  bargauge: ['legend'],
  'state-timeline': ['perPage'],
};
const COLUMNS = 24;
/** All generated dashboards, by which they link to each other. */
const TAG = 'tidemark';

/** A panel with its width in columns; undefined panels are left out. */
export type Cell = readonly [width: number, panel: AnyPanelBuilder | undefined];

/** Panels of the same height beside each other. */
export interface Row {
  readonly height: number;
  readonly cells: readonly Cell[];
}

/** A row of panels. @param height in units of the grid, about 30 pixels each. */
export function row(height: number, ...cells: readonly Cell[]): Row {
  return { height, cells };
}

/** Marks in every panel over time. */
export interface Mark {
  readonly name: string;
  readonly color: string;
  readonly question: Question;
}

/** A dashboard: everything but the queries, which the store has. */
export interface DashboardPlan {
  /** Behind the configured uid; empty for the dashboard that alerts link to. */
  readonly uidSuffix: string;
  /** Behind the configured title. */
  readonly name: string;
  readonly description: string;
  readonly from: string;
  readonly to?: string;
  /** `one` metric, `many` metrics, or one `series` of one metric. */
  readonly chooses?: 'one' | 'many' | 'series';
  readonly marks?: readonly Mark[];
  readonly links?: readonly { readonly title: string; readonly tooltip: string; readonly url: string }[];
  readonly rows: readonly Row[];
}

/**
 * The dashboard as Grafana reads it, from version 10 on.
 *
 * @returns undefined when the store holds nothing that it shows.
 */
export function assembled(
  grafana: Configuration['grafana'],
  store: DashboardStore,
  plan: DashboardPlan,
): Dashboard | undefined {
  const { uid, title, refreshSeconds, timezone } = grafana.dashboard;
  const builder = new DashboardBuilder(`${title}: ${plan.name}`)
    .uid(`${uid}${plan.uidSuffix}`)
    .description(plan.description)
    .tags([TAG])
    .editable()
    .timezone(timezone)
    .refresh(`${refreshSeconds}s`)
    .time({ from: plan.from, to: plan.to ?? 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(datasourceVariable(store))
    .link(
      new DashboardLinkBuilder('Tidemark')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .tooltip('The other dashboards of Tidemark, with the same choices')
        .asDropdown(false)
        .keepTime(true)
        .includeVars(true),
    );
  const { chooses } = plan;
  if (chooses !== undefined)
    builder.withVariable(queryVariable(store, 'metric', 'Metric', chooses === 'many'));
  if (chooses === 'series') builder.withVariable(queryVariable(store, 'series', 'Series', false));
  for (const link of plan.links ?? [])
    builder.link(
      new DashboardLinkBuilder(link.title).type(DashboardLinkType.Link).tooltip(link.tooltip).url(link.url),
    );
  for (const mark of plan.marks ?? []) {
    const annotation = annotationOf(store, mark);
    if (annotation !== undefined) builder.annotation(annotation);
  }
  const panels = placed(plan.rows);
  if (panels.length === 0) return undefined;
  for (const panel of panels) builder.withPanel(panel);
  return asInVersion10(builder.build());
}

/**
 * Without what the library adds for other versions: Grafana 12 would hide a link or a mark with a placement in a menu.
 */
function asInVersion10({ links = [], annotations, templating, panels = [], ...rest }: Dashboard): Dashboard {
  return {
    ...rest,
    schemaVersion: SCHEMA_VERSION,
    links: links.map((link) => without(link, 'placement')),
    annotations: { list: annotations.list?.map((mark) => without(mark, 'placement')) ?? [] },
    templating: {
      list:
        templating.list?.map((variable) =>
          without(variable, 'allowCustomValue', 'auto', 'auto_min', 'auto_count'),
        ) ?? [],
    },
    panels: panels.map((panel) =>
      'options' in panel && panel.options !== undefined
        ? { ...panel, options: without(panel.options, ...(LATER_OPTIONS[panel.type] ?? [])) }
        : panel,
    ),
  };
}

function without<Whole extends object>(whole: Whole, ...keys: readonly string[]): Whole {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key))) as Whole;
}

/** Panels on the grid: where one is missing, the last one of its row is wider. */
function placed(plan: readonly Row[]): AnyPanelBuilder[] {
  const panels: AnyPanelBuilder[] = [];
  let y = 0;
  for (const { height, cells } of plan) {
    const present = cells.flatMap(([width, panel]) => (panel === undefined ? [] : [{ width, panel }]));
    let x = 0;
    for (const [index, { width, panel }] of present.entries()) {
      const w = index === present.length - 1 ? COLUMNS - x : width;
      panels.push(panel.id(panels.length + 1).gridPos({ x, y, w, h: height }));
      x += width;
    }
    if (present.length > 0) y += height;
  }
  return panels;
}

function datasourceVariable({ datasourceType, datasourceUid }: DashboardStore): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('Where the results of Tidemark are.')
    .type(datasourceType)
    .current({ text: datasourceUid, value: datasourceUid, selected: true });
}

function queryVariable(
  store: DashboardStore,
  name: 'metric' | 'series',
  label: string,
  isMulti: boolean,
): QueryVariableBuilder {
  const variable = new QueryVariableBuilder(name)
    .label(label)
    .datasource(chosenDatasource(store))
    .query(store.variable(name))
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  if (isMulti)
    variable
      .multi(true)
      .includeAll(true)
      .current({ text: ['All'], value: ['$__all'], selected: true });
  return variable;
}

function annotationOf(store: DashboardStore, { name, color, question }: Mark) {
  const query = store.query(question);
  if (query === undefined) return undefined;
  const datasource = chosenDatasource(store);
  const builder = new AnnotationQueryBuilder()
    .name(name)
    .datasource(datasource)
    .enable(true)
    .iconColor(color);
  return store.mark(builder, query, datasource);
}
