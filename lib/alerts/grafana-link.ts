import { seriesKey } from '../series/labels.ts';
import type { Alert } from './alert-channel.ts';

/** What is shown around the incident: enough before it to see what normal was, a little after its newest news. */
const SECONDS_BEFORE = 3 * 3600;
const SECONDS_AFTER = 900;

/** The link to the generated dashboard, where the configuration has no template. */
export function defaultLinkTemplate(dashboardUid: string): string {
  return `{url}/d/${dashboardUid}?var-metric={metric}&var-series={series}&from={from}&to={to}`;
}

/**
 * The address at which people see the incident in Grafana.
 *
 * @param template may hold {url} {metric} {series} {from} {to}; metric and series are escaped, the times are
 *   milliseconds since 1970, from three hours before the onset to a quarter of an hour after the news.
 * @param url the address of Grafana, put in as it is.
 * @example grafanaLink('{url}/d/x?var-metric={metric}&from={from}&to={to}', 'http://grafana', alert)
 */
export function grafanaLink(template: string, url: string, { metric, labels, event }: Alert): string {
  const values: Readonly<Record<string, string>> = {
    url,
    metric: escaped(metric),
    series: escaped(seriesKey(labels)),
    from: String(Math.floor((event.onsetSeconds - SECONDS_BEFORE) * 1000)),
    to: String(Math.ceil((event.verdict.timeSeconds + SECONDS_AFTER) * 1000)),
  };
  // One pass, so that a placeholder inside of a label's value stays what it is.
  return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** Parentheses and quotes too, at which mail and chat programs end a link. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
