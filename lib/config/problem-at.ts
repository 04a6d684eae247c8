import { type ConfigurationProblem, formatPath } from './problem.ts';
import type { Origin } from './tree.ts';

/** A line that is safe to show: values of keys that sound secret, and passwords in addresses, are hidden. */
function hideSecrets(line: string): string {
  return line
    .replace(
      /((?:password|passwd|secret|token|authorization|cookie|api[_-]?key|credentials?)["']?\s*[:=]\s*)(?![{[|>&*]|\s*$)\S.*/i,
      '$1********',
    )
    .replace(/(:\/\/)[^/\s@]+@/g, '$1********@');
}

/** A problem at the place where a value was written. */
export function problemAt(
  origin: Origin,
  path: readonly PropertyKey[],
  message: string,
  details: Partial<ConfigurationProblem> = {},
): ConfigurationProblem {
  const { file, line, column, length } = origin;
  const text = hideSecrets(origin.lineText);
  const visible = Math.max(1, Math.min(length, text.length - column + 1));
  return {
    file,
    line,
    column,
    path: formatPath(path),
    message,
    excerpt: { text, length: visible },
    ...details,
  };
}
