import type { Labels } from './labels.ts';

/**
 * A series' labels beside labels of our own, with names that Prometheus and Alertmanager take.
 *
 * A series label whose name is taken becomes `exported_<name>`, as in Prometheus. Characters that are not allowed in a
 * name become `_`, and `__name__` becomes `series_name`.
 *
 * @param own labels that stay as they are.
 * @param labels the series' labels, with names of any form.
 * @returns own labels first, then the series' in the order of their names.
 * Source: Prometheus documentation, "Metric names and labels", and `honor_labels` of a scrape configuration.
 */
export function besideOwnLabels(own: Labels, labels: Labels): Labels {
  const result = new Map(Object.entries(own));
  for (const name of Object.keys(labels).sort()) {
    let free = name === '__name__' ? 'series_name' : name.replaceAll(/^(?=\d|$)|[^a-zA-Z0-9_]/g, '_');
    while (result.has(free)) free = `exported_${free}`;
    result.set(free, labels[name] ?? '');
  }
  return Object.fromEntries(result);
}
