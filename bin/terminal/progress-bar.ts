/**
 * A progress bar of one line: `cpu_usage  ████████░░░░  8 of 12 series`.
 *
 * @param total 0 while unknown.
 */
export function progressBar(label: string, done: number, total: number, width = 30): string {
  const filled = total === 0 ? 0 : Math.round((done / total) * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  return `${label}  ${bar}  ${total === 0 ? 'reading the history' : `${done} of ${total} series`}`;
}
