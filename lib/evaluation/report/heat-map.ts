import { durationText, percent, withInterval } from '../accuracy-card.ts';
import type { RecallCell, RecallRow } from '../recall-table.ts';
import { escapeHtml } from './html.ts';

/** Recall by kind and size as a table; the colour of each cell follows its figure. */
export function heatMapHtml(table: readonly RecallRow[]): string {
  const rows = table
    .map(
      ({ title, expects, cells }) =>
        `<tr><th scope="row">${escapeHtml(title)}${expects === 'silence' ? '<small>must stay quiet</small>' : ''}</th>` +
        `${cells.map((cell) => cellHtml(cell, expects)).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="scroll"><table class="heat">
<caption>Share of the injected faults that were found, by kind and size. The stronger the colour, the more.</caption>
<thead><tr><th scope="col">Kind</th><th scope="col">small</th><th scope="col">medium</th><th scope="col">large</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function cellHtml(
  { sizeLabel, injected, succeeded, share, delaySeconds }: RecallCell,
  expects: RecallRow['expects'],
): string {
  if (share.value === null)
    return `<td class="none"><span>${escapeHtml(sizeLabel)}</span><small>not possible here</small></td>`;
  const step = Math.round(10 * share.value);
  const delay =
    expects === 'silence' || delaySeconds.value === null
      ? ''
      : ` · ${delaySeconds.value === 0 ? 'at once' : `in ${durationText(delaySeconds.value)}`}`;
  const title = `${succeeded} of ${injected}, ${withInterval(share, percent)}`;
  return (
    `<td class="share-${step}" title="${escapeHtml(title)}"><b>${percent(share.value)}</b>` +
    `<span>${escapeHtml(sizeLabel)}</span><small>${succeeded} of ${injected}${escapeHtml(delay)}</small></td>`
  );
}
