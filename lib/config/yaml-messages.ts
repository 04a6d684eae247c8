import type { YAMLParseError, YAMLWarning } from 'yaml';
import type { ConfigurationProblem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import type { SourceText } from './source-text.ts';

interface Explanation {
  readonly message: string;
  readonly suggestion: string;
}

const explanations: Partial<Record<string, Explanation>> = {
  TAB_AS_INDENT: {
    message: 'a tab is used for indentation, which YAML does not allow',
    suggestion: 'use two spaces a level',
  },
  BAD_INDENT: {
    message: 'the indentation does not fit the lines above',
    suggestion: 'keys of one mapping start in the same column',
  },
  BLOCK_IN_FLOW: {
    message: 'a bracket or brace of the lines above is still open',
    suggestion: 'close it with ] or }',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'the line before has no colon, so this line can not begin a new key',
    suggestion: 'write "key: value" with a colon and a space',
  },
  UNRESOLVED_ALIAS: {
    message: 'an alias names no anchor',
    suggestion: 'define it before with &name, or put a text that starts with * in quotes',
  },
  TAG_RESOLVE_FAILED: {
    message: 'a tag (!name) is not known here',
    suggestion: 'remove it, or put a text that starts with ! in quotes',
  },
  BAD_SCALAR_START: {
    message: 'a value starts with a character that YAML keeps for itself (@, `, % or a stray bracket)',
    suggestion: 'put the value in quotes',
  },
  BAD_DQ_ESCAPE: {
    message: 'a double-quoted text holds a backslash that escapes nothing',
    suggestion: "write \\\\ for a backslash, or use single quotes: '...'",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'there is a second "key: value" within one value',
    suggestion: 'put the value in quotes when it holds ": ", or begin a new line',
  },
  MISSING_CHAR: {
    message: 'something that was opened is not closed, or a colon is missing',
    suggestion: 'look for a missing quote, ] or } or for "key value" without a colon',
  },
  UNEXPECTED_TOKEN: {
    message: 'something stands here that YAML does not expect',
    suggestion: 'put the value in quotes: texts with { } [ ] # & * ! | > % @ need them',
  },
};

/** The library's remark without its position, for what has no explanation of its own. */
function plainMessage(message: string): string {
  return message.replace(/ at line \d+.*$/s, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/**
 * The errors of a YAML text for people. Of errors that follow from one another only the first of a line is told, and at
 * most three, since the rest of a text after an error is read with the wrong eyes.
 */
export function explainYamlError(
  errors: readonly (YAMLParseError | YAMLWarning)[],
  source: SourceText,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const lines = new Set<number>();
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const origin = source.originAt(error.pos[0], error.pos[1]);
    if (lines.has(origin.line) || problems.length === 3) continue;
    lines.add(origin.line);
    const isTab = /^\s*\t/.test(origin.lineText);
    const known = explanations[isTab ? 'TAB_AS_INDENT' : error.code];
    const message = known?.message ?? `YAML can not be read: ${plainMessage(error.message)}`;
    problems.push(problemAt(origin, [], message, known && { suggestion: known.suggestion }));
  }
  return problems;
}
