import type { ConfigurationError } from './errors.ts';
import type { ConfigurationProblem } from './problem.ts';

/** Longer source lines are cut around the caret. */
const maximumExcerpt = 120;

type Paint = (text: string) => string;

function painter(color: boolean): Record<'red' | 'blue' | 'green' | 'bold', Paint> {
  const paint =
    (code: number): Paint =>
    (text) =>
      color ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { red: paint(31), blue: paint(34), green: paint(32), bold: paint(1) };
}

/**
 * The source line with carets under the faulty part. Tabs stay tabs in the line of carets, so that both
 * align.
 */
function formatExcerpt(
  { line, column, excerpt }: ConfigurationProblem,
  paint: ReturnType<typeof painter>,
): string[] {
  if (excerpt === undefined) return [];
  const from = Math.max(0, Math.min(column - 1 - maximumExcerpt / 2, excerpt.text.length - maximumExcerpt));
  const shown = excerpt.text.slice(from, from + maximumExcerpt);
  const before = shown.slice(0, column - 1 - from).replaceAll(/[^\t]/g, ' ');
  const caret = '^'.repeat(Math.max(1, Math.min(excerpt.length, shown.length - before.length)));
  const margin = ' '.repeat(String(line).length);
  return [
    `${margin} ${paint.blue('|')}`,
    `${paint.blue(`${line} |`)} ${from > 0 ? '…' : ''}${shown}${from + maximumExcerpt < excerpt.text.length ? '…' : ''}`,
    `${margin} ${paint.blue('|')} ${from > 0 ? ' ' : ''}${before}${paint.red(caret)}`,
  ];
}

function formatProblem(problem: ConfigurationProblem, paint: ReturnType<typeof painter>): string {
  const margin = ' '.repeat(String(problem.line).length);
  const note = (name: string, text: string | undefined, style: Paint = (plain) => plain) =>
    text === undefined ? [] : [`${margin} ${paint.blue('=')} ${style(`${name}:`)} ${text}`];
  return [
    `${paint.bold(paint.red('error'))}${paint.bold(`: ${problem.message}`)}`,
    `${margin}${paint.blue('-->')} ${problem.file}:${problem.line}:${problem.column}`,
    ...formatExcerpt(problem, paint),
    ...note('found', problem.found),
    ...note('allowed', problem.allowed),
    ...note('help', problem.suggestion, paint.green),
  ].join('\n');
}

/** All problems of a configuration, like those of a compiler: place, source line, caret and fix. */
export function formatProblems(error: ConfigurationError, { color }: { readonly color: boolean }): string {
  const paint = painter(color);
  const { problems } = error;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const files = [...new Set(problems.map(({ file }) => file))];
  return `${problems.map((problem) => formatProblem(problem, paint)).join('\n\n')}\n\n${count} in ${files.join(', ')}\n`;
}
