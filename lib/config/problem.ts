/** One problem of a configuration: what, where, and how to fix it. */
export interface ConfigurationProblem {
  /** The file as the user would name it, or the environment variable of an override (`$TIDEMARK__...`). */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The key's place in the configuration, such as `metrics[2].query`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** The value that was found; secrets are never shown. */
  readonly found?: string | undefined;
  /** The allowed values. */
  readonly allowed?: string | undefined;
  /** How to fix it. */
  readonly suggestion?: string | undefined;
  /** A query that a server may accept although this is said of it; undefined for what is certainly wrong. */
  readonly doubtfulQuery?: string | undefined;
  /** The source line, with passwords hidden, and how many characters the caret underlines. */
  readonly excerpt?: { readonly text: string; readonly length: number } | undefined;
}

/** A path of keys and indices as people write it: `metrics[2].query`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w-]+$/.test(String(part))) text += text === '' ? String(part) : `.${String(part)}`;
    else text += `["${String(part)}"]`;
  }
  return text;
}
