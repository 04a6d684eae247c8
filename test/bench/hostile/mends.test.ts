import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultKinds } from './faults/registry.ts';
import { mends } from './mends.ts';

const root = join(import.meta.dirname, '../../..');

describe('a mend that can be taken back', () => {
  it.each(mends)('is in the product, and for faults that there are: $name', ({ faults, edits }) => {
    for (const { file, find } of edits) {
      const text = readFileSync(join(root, file), 'utf8');
      expect({ file, find, count: text.split(find).length - 1 }).toEqual({ file, find, count: 1 });
    }
    expect(faultKinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...faults]));
  });
});
