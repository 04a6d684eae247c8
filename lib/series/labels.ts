/** The labels of one series as Prometheus returns them, `__name__` included when it is there. */
export type Labels = Readonly<Record<string, string>>;

/**
 * The canonical text of a label set, the same for every order of insertion: `{instance="a:9100",mode="user"}`.
 * Values are escaped as in PromQL, so two different label sets never share a key.
 */
export function seriesKey(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(',')}}`;
}
