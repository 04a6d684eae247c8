import { escapeHtml } from './html.ts';
import { pageStyle } from './page-style.ts';

/** The chart library as text, so that a page loads nothing else. */
export interface ChartLibrary {
  readonly script: string;
  readonly style: string;
  /** The script that draws the charts of the page. */
  readonly pageScript: string;
}

/**
 * A self-contained page: it makes no requests, follows the reader's light or dark mode, and prints.
 *
 * @param body HTML, already escaped.
 */
export function pageOf(title: string, body: string, { script, style, pageScript }: ChartLibrary): string {
  // Only what the page contains may run or load.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${style}${pageStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<script>${script.replace(/<\/script/gi, '<\\/script')}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** A table of names and texts. */
export function factsHtml(facts: readonly (readonly [name: string, text: string])[]): string {
  const rows = facts.map(
    ([name, text]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(text)}</td></tr>`,
  );
  return `<table>\n${rows.join('\n')}\n</table>`;
}
