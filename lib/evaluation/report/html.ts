/** Text as it stands in HTML, in an element or in an attribute. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Data as the content of a script element: no text in it can end the element. */
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

/** The same figures as a chart, for those who can't see it or want the numbers. */
export function asTable(table: string): string {
  return `<details><summary>As a table</summary>${table}</details>`;
}
