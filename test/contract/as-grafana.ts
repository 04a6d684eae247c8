import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * What Grafana makes of a query before it is sent: the reader's choices replace their variables, in the format that the
 * query asks for. Source: Grafana's documentation of variable syntax, and `escapeRegex` of @grafana/data.
 */
export function interpolated(
  text: string,
  choices: Readonly<Record<string, string | readonly string[]>>,
): string {
  // In one pass: a choice is not searched for variables.
  return text.replace(
    /\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)\]\]/g,
    (found, braced, format, plain, old) => {
      const choice = choices[braced ?? plain ?? old];
      if (choice === undefined) return found;
      const all = [choice].flat();
      if (format === 'regex') {
        const escaped = all.map(escapedForRegex);
        return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
      }
      if (format === 'percentencode') return encodeURIComponent(all.join(','));
      return all.length === 1 ? all[0]! : `{${all.join(',')}}`;
    },
  );
}

function escapedForRegex(text: string): string {
  return text.replace(/[\\^$*+?.()|[\]{}/]/g, '\\$&');
}

/** The time range of a dashboard and the distance of two points, in seconds. */
export interface ShownRange {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly intervalSeconds: number;
}

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();

/** A Flux query as Grafana's server sends it, at a moment that the test sets. */
export function fluxAt(
  text: string,
  { fromSeconds, toSeconds, intervalSeconds }: ShownRange,
  nowSeconds: number,
): string {
  const replaced = text
    .replaceAll('v.timeRangeStart', isoOf(fromSeconds))
    .replaceAll('v.timeRangeStop', isoOf(toSeconds))
    .replaceAll('v.windowPeriod', `${intervalSeconds}s`);
  const imports = replaced.match(/^import .*$/gm) ?? [];
  const body = replaced.replaceAll(/^import .*$/gm, '');
  return `${imports.join('\n')}\noption now = () => ${isoOf(nowSeconds)}\n${body}`;
}

/** A query that a dashboard sends, and where it comes from. */
export interface DashboardQuery {
  readonly place: string;
  readonly refId: string;
  readonly text: string;
  /** Of a table, at the end of the range alone. */
  readonly isInstant: boolean;
}

type Target = Readonly<Record<string, unknown>>;

/** All queries of a dashboard: of its variables, annotations and panels. */
export function queriesOf({ panels = [], templating, annotations }: Dashboard): DashboardQuery[] {
  const found: DashboardQuery[] = [];
  for (const { name, type, query } of templating.list ?? [])
    if (type === 'query')
      found.push({
        place: `variable ${name}`,
        refId: name,
        text: typeof query === 'string' ? query : String(query?.query),
        isInstant: true,
      });
  for (const { name, target } of annotations.list ?? []) {
    // The package types a target as anything: what the kinds of data sources need of it is named here.
    const { query, expr } = (target ?? {}) as unknown as Target;
    found.push({
      place: `annotation ${name}`,
      refId: 'Annotation',
      text: String(query ?? expr),
      isInstant: false,
    });
  }
  for (const panel of panels)
    for (const target of ('targets' in panel ? panel.targets : undefined) ?? []) {
      const { refId, query, expr, instant } = target as unknown as Target;
      found.push({
        place: `panel "${panel.title}"`,
        refId: String(refId),
        text: String(query ?? expr),
        isInstant: instant === true,
      });
    }
  return found;
}
