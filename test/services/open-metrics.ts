/** One series whose past is to be written into a Prometheus. */
export interface PastSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix time in seconds and value, in ascending order of time. */
  readonly samples: Iterable<readonly [timeSeconds: number, value: number]>;
}

const DAY_SECONDS = 86_400;

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

function formatName({ name, labels }: PastSeries): string {
  const escapeValue = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeValue(value)}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
}

/**
 * The series as OpenMetrics texts, one a UTC day, in the order of the days. By days, because promtool reads its input
 * once for each block of two hours that it makes: one text of many weeks takes time in the square of its length.
 * Source: OpenMetrics 1.0.0, "Text format"
 */
export function toDailyOpenMetrics(series: Iterable<PastSeries>): string[] {
  const days = new Map<number, string[]>();
  for (const one of series) {
    const name = formatName(one);
    for (const [timeSeconds, value] of one.samples) {
      const day = Math.floor(timeSeconds / DAY_SECONDS);
      const lines = days.get(day) ?? [];
      days.set(day, lines);
      lines.push(`${name} ${formatValue(value)} ${timeSeconds}\n`);
    }
  }
  return [...days].toSorted(([one], [other]) => one - other).map(([, lines]) => `${lines.join('')}# EOF\n`);
}

/** The series as one text of Prometheus' exposition format with times in milliseconds, as VictoriaMetrics imports it. */
export function toExposition(series: Iterable<PastSeries>): string {
  const lines: string[] = [];
  for (const one of series) {
    const name = formatName(one);
    for (const [timeSeconds, value] of one.samples)
      lines.push(`${name} ${formatValue(value)} ${timeSeconds * 1000}\n`);
  }
  return lines.join('');
}
