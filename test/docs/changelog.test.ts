import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changelogProblems, releasesOf } from './changelog.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const head = '# Changelog\n\nWhat changed.\n\n';
const release = (heading: string, ...lines: string[]) =>
  `${head}## [Unreleased]\n\n${heading}\n\n${lines.join('\n')}\n`;

describe('CHANGELOG.md', () => {
  it('is well formed', () => {
    expect(changelogProblems(text)).toEqual([]);
  });

  it('has a section for the version of package.json', () => {
    expect(releasesOf(text).map((one) => one.version)).toContain(version);
  });
});

describe('a changelog', () => {
  it('may have nothing unreleased', () => {
    expect(changelogProblems(release('## [1.0.0] - 2026-01-31', '### Fixed', '', '- A fault.'))).toEqual([]);
  });

  it.each([
    [
      'has no section for what is unreleased',
      `${head}## [1.0.0] - 2026-01-31\n\n### Fixed\n\n- A fault.\n`,
      'line 5: the first section is not "## [Unreleased]"',
    ],
    [
      'has a version that is none',
      release('## [1.0] - 2026-01-31', '### Fixed', '', '- A fault.'),
      'line 7: write "## [1.2.3] - 2026-01-31"',
    ],
    [
      'has a version without a date',
      release('## [1.0.0]', '### Fixed', '', '- A fault.'),
      'line 7: write "## [1.2.3] - 2026-01-31"',
    ],
    [
      'has a date that is none',
      release('## [1.0.0] - 2026-02-30', '### Fixed', '', '- A fault.'),
      'line 7: 2026-02-30 is not a date',
    ],
    [
      'has a kind of change that is not known',
      release('## [1.0.0] - 2026-01-31', '### Mended', '', '- A fault.'),
      'line 9: "Mended" is none of Added, Changed, Deprecated, Removed, Fixed, Security',
    ],
    [
      'has a kind of change without an entry',
      release('## [1.0.0] - 2026-01-31', '### Fixed', '', '### Added', '', '- A thing.'),
      'line 9: "Fixed" has no entry',
    ],
    [
      'has an entry of no kind',
      release('## [1.0.0] - 2026-01-31', '- A fault.'),
      'line 9: the entry belongs to no kind of change',
    ],
    ['has a release without an entry', release('## [1.0.0] - 2026-01-31'), 'line 7: 1.0.0 has no entry'],
  ])('is refused when it %s', (_, malformed, problem) => {
    expect(changelogProblems(malformed)).toContain(problem);
  });

  it('is refused when its versions do not fall', () => {
    const entry = '### Fixed\n\n- A fault.';
    const text = release('## [1.9.0] - 2026-01-31', entry, '', '## [1.10.0] - 2026-01-30', '', entry);
    expect(changelogProblems(text)).toEqual(['line 13: 1.10.0 stands below 1.9.0, which is older']);
  });
});
