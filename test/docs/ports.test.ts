import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { portsPage, undocumentedMethods } from './ports-page.ts';

const root = join(import.meta.dirname, '../..');

describe('the page of the ports', () => {
  const page = portsPage();

  it('is the one that the docstrings give (run "npm run docs:ports" when it is not)', () => {
    expect(readFileSync(join(root, 'docs/ports.md'), 'utf8')).toBe(page);
  });

  it('describes every extension point', () => {
    for (const port of [
      'SeriesSource',
      'ResultStore',
      'AlertChannel',
      'NoticeChannel',
      'Detector',
      'BaselineModel',
      'ObjectStore',
      'AlertHistory',
      'Workflow',
    ])
      expect(page).toMatch(new RegExp(`^### ${port}$`, 'm'));
  });

  it('says what a method throws, and what its parameters are', () => {
    expect(page).toMatch(
      /\*\*`queryRange\(\)`\*\* .+(?:\n {2}- .*)*\n {2}- Throws SourceUnavailableError when/,
    );
    expect(page).toMatch(/\n {2}- `baselineAt`: the new model's baseline/);
  });

  it('shows no comment inside a signature', () => {
    const code = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text ?? '');
    expect(code.length).toBeGreaterThan(20);
    expect(code.filter((text) => text.includes('/**'))).toEqual([]);
  });

  it('leads to sections that exist', () => {
    const headings = new Set([...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name?.toLowerCase()));
    const targets = [...page.matchAll(/\]\(#(\w+)\)/g)].map(([, target]) => target);
    expect(targets.filter((target) => !headings.has(target))).toEqual([]);
  });

  it('has a docstring for every method of a port', () => {
    expect(undocumentedMethods()).toEqual([]);
  });
});
