import { describe, expect, it } from 'vitest';
import { UnexpectedProphetDataError } from '../../lib/prophet/errors.ts';
import { checkFourierColumns, columnsByComponent, taggedPriorScale } from '../../lib/prophet/feature-tags.ts';

const term = {
  name: 'daily',
  periodSeconds: 86_400,
  order: 2,
  priorScale: 10,
  mode: 'additive',
  condition: undefined,
} as const;

describe('the prior scales by which augurs’ columns are told apart', () => {
  it('differ for every component, and by nothing that matters', () => {
    const scales = [10, 10, 3, 10].map(taggedPriorScale);
    expect(new Set(scales).size).toBe(4);
    [10, 10, 3, 10].forEach((scale, index) => {
      expect(Math.abs(scales[index]! / scale - 1)).toBeLessThan(1e-12);
    });
    expect(taggedPriorScale(10, 0)).toBe(10);
  });

  it('lead back to the columns of each component, in order', () => {
    const [daily, weekly] = [10, 10].map(taggedPriorScale) as [number, number];
    const columns = Float64Array.of(weekly, daily, daily, weekly, daily);
    expect(columnsByComponent([daily, weekly], columns)).toEqual([
      [1, 2, 4],
      [0, 3],
    ]);
    expect(() => columnsByComponent([daily, weekly, 7], columns)).toThrow(UnexpectedProphetDataError);
    expect(() => columnsByComponent([daily, weekly, 7], columns)).toThrow(
      'no feature column for component 2',
    );
  });
});

describe('the Fourier columns of augurs', () => {
  const angle = (2 * Math.PI * 20_000) / 86_400;
  const cells = [Math.sin(angle), Math.cos(angle), Math.sin(2 * angle), Math.cos(2 * angle)];

  it('are accepted when they are ours', () => {
    expect(() => checkFourierColumns(term, 20_000, cells)).not.toThrow();
    expect(() => checkFourierColumns(term, 20_000 + 5 * 86_400, cells)).not.toThrow();
  });

  it('are refused when they differ, or are not as many', () => {
    const refused = [
      cells.with(3, cells[3]! + 1e-5),
      cells.with(0, cells[0]! - 1e-5),
      cells.slice(2),
      [...cells, 0],
    ];
    for (const others of refused) {
      expect(() => checkFourierColumns(term, 20_000, others)).toThrow(UnexpectedProphetDataError);
      expect(() => checkFourierColumns(term, 20_000, others)).toThrow('the Fourier terms of "daily" differ');
    }
  });
});
