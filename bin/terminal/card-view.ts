import { percent } from '../../lib/evaluation/accuracy-card.ts';
import { labelledSentence } from '../../lib/evaluation/labelled-sentence.ts';
import type { MetricEvaluation } from '../../lib/evaluation/metric-evaluation.ts';
import type { Paint } from './style.ts';

const KIND_COLUMNS = 20;
const CELL_COLUMNS = 22;
/** Cells at or above this fraction are green, others red. */
const GOOD = 0.9;
const POOR = 0.5;

/** An accuracy card on a terminal: headline, fraction found per kind and size, explanations. */
export function cardLines(evaluation: MetricEvaluation, paint: Paint): string[] {
  const { card } = evaluation;
  const lines = [paint('bold', card.metric), card.headline, ''];
  if (card.table.length > 0) {
    const head = ['small', 'medium', 'large'].map((size) => size.padEnd(CELL_COLUMNS)).join('');
    lines.push(paint('dim', `${'found'.padEnd(KIND_COLUMNS)}${head}`.trimEnd()));
  }
  for (const { title, expects, cells } of card.table) {
    const texts = cells.map(({ share, sizeLabel }) => {
      if (share.value === null) return paint('dim', '-'.padEnd(CELL_COLUMNS));
      const color = share.value >= GOOD ? 'green' : share.value < POOR ? 'red' : 'yellow';
      return paint(color, `${percent(share.value)} (${sizeLabel})`.padEnd(CELL_COLUMNS));
    });
    const name = expects === 'silence' ? `${title}, kept quiet` : title;
    lines.push(`${name.padEnd(KIND_COLUMNS)}${texts.join('')}`.trimEnd());
  }
  lines.push('', ...card.sentences);
  const labelled = labelledSentence(evaluation);
  if (labelled !== undefined) lines.push(labelled);
  return lines;
}
