/** Escapes text for HTML elements and attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Data as the content of a script element, escaped so that no text can end the element. */
export function jsonInScript(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

/** A table; cells are HTML. */
export function tableHtml(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const headers = head.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows
    .map(
      ([first, ...rest]) =>
        `<tr><th scope="row">${first ?? ''}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="scroll"><table><caption>${caption}</caption><thead><tr>${headers}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** The figures of a chart as a table, for accessibility. */
export function asTable(table: string): string {
  return `<details><summary>As a table</summary>${table}</details>`;
}
