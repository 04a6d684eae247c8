import { type Document, isScalar, visit, type YAMLParseError, type YAMLWarning } from 'yaml';
import type { ConfigurationProblem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import type { SourceText } from './source-text.ts';

type YamlError = YAMLParseError | YAMLWarning;

interface Explanation {
  readonly code: RegExp;
  /** Matches the library's message; `line` matches the line of the error. */
  readonly says?: RegExp;
  readonly line?: RegExp;
  readonly message: string;
  readonly suggestion: string;
}

/** From specific to general: the first match is used. */
const explanations: readonly Explanation[] = [
  {
    code: /./,
    line: /^\s*\t/,
    message: 'a tab is used for indentation, which YAML does not allow',
    suggestion: 'use two spaces a level',
  },
  {
    code: /./,
    line: /[[{].*\$\{/,
    message: `a \${...} within [ ] or { } is read as YAML`,
    suggestion: `put it in quotes: "\${NAME}"`,
  },
  {
    code: /MISSING_CHAR/,
    says: /closing ["']quote/,
    message: 'the quote that opens here is not closed',
    suggestion: 'close it; within single quotes a quote is written twice',
  },
  {
    code: /BAD_INDENT|BLOCK_IN_FLOW/,
    says: /Flow|flow/,
    message: 'a { or [ of the lines above is still open here',
    suggestion: 'close it with } or ]',
  },
  {
    code: /MISSING_CHAR/,
    says: /Sequence item without/,
    message: 'the indentation fits neither the list item above nor a new one',
    suggestion: 'keys of one item start in the same column, the one after "- "',
  },
  {
    code: /BAD_INDENT/,
    message: 'the indentation does not fit the lines above',
    suggestion: 'keys of one mapping start in the same column',
  },
  {
    code: /MULTILINE_IMPLICIT_KEY|MISSING_CHAR/,
    says: /Implicit/,
    line: /^\s*(?:- )?[\w.-]+:\S/,
    message: 'the colon after a key needs a space after it',
    suggestion: 'write "key: value"',
  },
  {
    code: /UNEXPECTED_TOKEN|MULTILINE_IMPLICIT_KEY/,
    line: /^\s*- /,
    message: 'a list item is found where the lines around it hold keys',
    suggestion: 'indent it below the key that the list belongs to',
  },
  {
    code: /MULTILINE_IMPLICIT_KEY|MISSING_CHAR/,
    says: /Implicit/,
    message: 'this line has a key without a colon',
    suggestion: 'write "key: value"; a text over several lines begins with "key: |"',
  },
  {
    code: /MISSING_CHAR/,
    says: /flow/,
    message: 'a comma is missing, or a value needs quotes',
    suggestion:
      'within [ ] and { } separate the values by commas, and quote those that contain { } [ ] , : #',
  },
  {
    code: /UNEXPECTED_TOKEN/,
    says: /at node end/,
    message: 'a complete value is followed by something else',
    suggestion: 'put the whole value in quotes; within single quotes a quote is written twice',
  },
  {
    code: /BAD_SCALAR_START/,
    message: 'a value cannot start with this character',
    suggestion: 'put the value in quotes',
  },
  {
    code: /BAD_DQ_ESCAPE/,
    message: 'a double-quoted text has a backslash that escapes nothing',
    suggestion: "write \\\\ for a backslash, or use single quotes: '...'",
  },
  {
    code: /TAG_RESOLVE_FAILED/,
    message: 'a tag (!name) is not known here',
    suggestion: 'remove it, or put a text that starts with ! in quotes',
  },
  {
    code: /BLOCK_AS_IMPLICIT_KEY/,
    message: 'there is a second "key: value" within one value',
    suggestion: 'put the value in quotes when it holds ": ", or begin a new line',
  },
  {
    code: /UNEXPECTED_TOKEN/,
    message: 'something is found here that YAML does not expect',
    suggestion: 'put the value in quotes: texts with { } [ ] # & * ! | > % @ need them',
  },
];

const deeperLine: Pick<Explanation, 'message' | 'suggestion'> = {
  message: 'the next line is indented below this one, which already has a value',
  suggestion: 'start both lines in the same column, or move the value to a line of its own',
};

/** The library's message without its position, for errors without an explanation here. */
function plainMessage(message: string): string {
  return message.replace(/ at line \d+.*$/s, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/** The offset of the last quoted text: for an unclosed quote the library names the end of the file. */
function lastQuote(document: Document): number | undefined {
  let start: number | undefined;
  visit(document, (_, node) => {
    if (isScalar(node) && /^QUOTE/.test(node.type ?? '')) start = node.range?.[0] ?? start;
  });
  return start;
}

/**
 * Explains the errors of a YAML text. Reports only the first error of a line, and at most three: after its
 * first error the parser has lost its context.
 */
export function explainYamlErrors(document: Document, source: SourceText): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const lines = new Set<number>();
  const errors: YamlError[] = [...document.errors, ...document.warnings];
  for (const error of errors.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const { code, message, pos } = error;
    const isOpenQuote = /closing ["']quote/.test(message);
    const start = (isOpenQuote ? lastQuote(document) : undefined) ?? pos[0];
    const origin = source.originAt(start, Math.max(start + 1, pos[1]));
    if (lines.has(origin.line) || problems.length === 3) continue;
    lines.add(origin.line);
    const isBeforeDeeper =
      code === 'BLOCK_AS_IMPLICIT_KEY' &&
      errors.some((other) => other.code === 'MULTILINE_IMPLICIT_KEY' && other.pos[0] === pos[0]);
    const known = isBeforeDeeper
      ? deeperLine
      : explanations.find(
          (explanation) =>
            explanation.code.test(code) &&
            (explanation.says?.test(message) ?? true) &&
            (explanation.line?.test(origin.lineText) ?? true),
        );
    const text = known?.message ?? `YAML cannot be read: ${plainMessage(message)}`;
    problems.push(problemAt(origin, [], text, known && { suggestion: known.suggestion }));
    // Everything after an open quote or bracket is read as part of it.
    if (isOpenQuote || /[Ff]low/.test(message)) break;
  }
  return problems;
}
