import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeConformance } from './conformance.ts';
import { recordDetector } from './record-detector.ts';

const root = join(import.meta.dirname, '../..');

describeConformance(recordDetector);

it('the documentation shows this very detector as its example', () => {
  const source = readFileSync(join(root, 'test/detector/record-detector.ts'), 'utf8');
  const page = readFileSync(join(root, 'docs/how-the-detector-decides.md'), 'utf8');
  expect(page).toContain(source.replaceAll('../../lib/detector/', './'));
});
