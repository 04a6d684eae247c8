import {
  BINS,
  beginLearning,
  binEdge,
  emptyHistograms,
  HISTOGRAMS,
  learnBin,
  STRIDE,
} from '../../lib/detector/rarity/log-histogram.ts';
import { surprise } from '../../lib/detector/rarity/surprise.ts';
import { emptyLine, takeLine } from '../../lib/detector/rarity/tail-line.ts';
import { normalAt, uniformAt } from '../../lib/series/seeded-noise.ts';
import { axis, dot, line, picture, rectangle, text } from './chart.ts';

const POINTS = 4032;
const WIDTH = 620;
const HEIGHT = 330;
const LEFT = 88;
const BOTTOM = 285;
/** The jump that the picture asks about, in usual innovations. */
const JUMP = 24;

/** One histogram of a series with bursts, and the tail that is fitted beyond what was counted. */
export function tailPicture(): string {
  const { level } = HISTOGRAMS;
  const histograms = emptyHistograms();
  for (let index = 0; index < POINTS; index += 1) {
    beginLearning(histograms, 1 / POINTS, 1);
    learnBin(histograms, level, Math.abs(normalAt(1, index)) / Math.sqrt(uniformAt(2, index)), 1);
  }
  const x = axis(Math.log2(binEdge(2)), Math.log2(binEdge(20)), LEFT, WIDTH - 20);
  const y = axis(0, -5, 30, BOTTOM);
  const total = histograms.weight * histograms.decay;
  const bars = Array.from({ length: BINS }, (_, bin) => {
    const share = (histograms.survival[level * STRIDE + bin]! * histograms.decay) / total;
    const left = x(Math.log2(binEdge(bin)));
    const top = y(Math.log10(share));
    return share < 1e-5 || bin < 2 || bin >= 20
      ? ''
      : rectangle('bar', left + 1, top, x(Math.log2(binEdge(bin + 1))) - left - 2, BOTTOM - top);
  });
  const tail = emptyLine();
  takeLine(tail, histograms, level, 1);
  const ends = [tail.startZ, binEdge(20)];
  const claimed = surprise(histograms, level, JUMP, 1);
  const rarity = new Intl.NumberFormat('en', { maximumSignificantDigits: 1 }).format(10 ** claimed);
  return picture(WIDTH, HEIGHT, 'How rare a jump is in the history of its own series', [
    text('share of the history that lay as far out', LEFT, 18, { kind: 'title' }),
    rectangle('frame', LEFT, 24, WIDTH - 20 - LEFT, BOTTOM - 24),
    ...bars,
    line(
      'tail',
      ends.map((z) => x(Math.log2(z))),
      ends.map((z) => y(-surprise(histograms, level, z * 1.0001, 1))),
    ),
    line('threshold', [x(Math.log2(JUMP)), x(Math.log2(JUMP))], [BOTTOM, y(-claimed)]),
    dot('alert', x(Math.log2(JUMP)), y(-claimed)),
    text(`1 of ${rarity}`, x(Math.log2(JUMP)) + 10, y(-claimed) - 4, { kind: 'alert-text' }),
    text('counted', x(1.3), y(-0.22)),
    text('fitted tail', x(Math.log2(tail.startZ)) + 14, y(-1.6)),
    ...[0, 1, 2, 3, 4].map((decades) =>
      text(
        decades === 0 ? 'all' : `1 of ${(10 ** decades).toLocaleString('en')}`,
        LEFT - 6,
        y(-decades) + 4,
        {
          anchor: 'end',
        },
      ),
    ),
    ...[0.25, 1, 4, 16, 32].map((z) => text(String(z), x(Math.log2(z)), BOTTOM + 16, { anchor: 'middle' })),
    text('distance, in what is usual for the series', (LEFT + WIDTH - 20) / 2, HEIGHT - 8, {
      anchor: 'middle',
    }),
  ]);
}
