import { seriesKey } from '../series/labels.ts';
import type { Alert } from './alert-channel.ts';

/** Time range around the incident: enough before it to see normal behaviour, a little after the newest alert. */
const SECONDS_BEFORE = 3 * 3600;
const SECONDS_AFTER = 900;

/** Link template of the generated dashboard, used when the configuration has none. */
export function defaultLinkTemplate(dashboardUid: string): string {
  return `{url}/d/${dashboardUid}?var-metric={metric}&var-series={series}&from={from}&to={to}`;
}

/**
 * URL of the incident in Grafana.
 *
 * @param template may hold {url} {metric} {series} {from} {to}; metric and series are escaped, the times are
 *   Unix milliseconds, from three hours before the onset to 15 minutes after the alert.
 * @param url the address of Grafana, inserted unescaped.
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
  // One pass, so that a placeholder inside a label value is not replaced.
  return template.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** Escapes parentheses and quotes too: mail and chat programs end a link at them. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
