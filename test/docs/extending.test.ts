import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('docs/extending.md', () => {
  const page = read('docs/extending.md');

  it('walks through every example', () => {
    const examples = globSync(['examples/*.ts', 'examples/configurations/*.yaml'], { cwd: root });
    expect(examples.length).toBeGreaterThan(8);
    expect(examples.filter((file) => !page.includes(`(../${file})`))).toEqual([]);
  });

  it('is where README.md and CONTRIBUTING.md lead', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md']) expect(read(file)).toContain('(docs/extending.md)');
  });
});

describe.each(['docs/extending.md', 'SECURITY.md', 'CONTRIBUTING.md'])('%s', (file) => {
  const text = read(file);

  it('has no link to a file that does not exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
  });

  it('names no file of lib, test or examples that does not exist', () => {
    const named = [...text.matchAll(/`((?:lib|test|examples)\/[\w./-]+)`/g)].map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
