/**
 * The form of a changelog, after Keep a Changelog.
 *
 * Source: https://keepachangelog.com/en/1.1.0/
 */

/** The section of one version. */
interface Release {
  readonly version: string;
  /** ISO 8601, such as `2026-01-31`. */
  readonly date: string;
  readonly line: number;
}

const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
const RELEASE = /^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/;

/** The released versions, in the order of the file. */
export function releasesOf(text: string): Release[] {
  return text.split('\n').flatMap((content, index) => {
    const [, version, date] = RELEASE.exec(content) ?? [];
    return version === undefined || date === undefined ? [] : [{ version, date, line: index + 1 }];
  });
}

/** @returns what is wrong with the form of a changelog, each with its line. */
export function changelogProblems(text: string): string[] {
  return [...sectionProblems(text), ...releaseProblems(releasesOf(text))];
}

function sectionProblems(text: string): string[] {
  const problems: string[] = [];
  /** What still has to get an entry: the section of a version, and the kind of change in it. */
  let release: { name: string; line: number; entries: number } | undefined;
  let kind: { name: string; line: number; entries: number } | undefined;
  const close = (section: typeof release, mayBeEmpty: boolean) => {
    if (section?.entries === 0 && !mayBeEmpty)
      problems.push(`line ${section.line}: ${section.name} has no entry`);
  };
  let sections = 0;
  for (const [index, content] of [...text.split('\n'), '## end'].entries()) {
    const line = index + 1;
    if (content.startsWith('### ') || content.startsWith('## ')) {
      close(kind, false);
      kind = undefined;
    }
    if (content.startsWith('### ')) {
      const name = content.slice(4);
      if (!KINDS.includes(name)) problems.push(`line ${line}: "${name}" is none of ${KINDS.join(', ')}`);
      kind = { name: `"${name}"`, line, entries: 0 };
    } else if (content.startsWith('## ')) {
      close(release, release?.name === 'Unreleased');
      if (content === '## end') break;
      const isUnreleased = content === '## [Unreleased]';
      if (sections === 0 && !isUnreleased)
        problems.push(`line ${line}: the first section is not "## [Unreleased]"`);
      if (!RELEASE.test(content) && !(isUnreleased && sections === 0))
        problems.push(`line ${line}: write "## [1.2.3] - 2026-01-31"`);
      sections += 1;
      release = {
        name: isUnreleased ? 'Unreleased' : (RELEASE.exec(content)?.[1] ?? content),
        line,
        entries: 0,
      };
    } else if (content.startsWith('- ')) {
      if (kind === undefined) problems.push(`line ${line}: the entry belongs to no kind of change`);
      else kind.entries += 1;
      if (release !== undefined) release.entries += 1;
    }
  }
  return problems;
}

function releaseProblems(releases: readonly Release[]): string[] {
  return releases.flatMap(({ version, date, line }, index) => {
    const previous = releases[index - 1];
    const isDate = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
    return [
      ...(isDate ? [] : [`line ${line}: ${date} is not a date`]),
      ...(previous === undefined || isOlder(version, previous.version)
        ? []
        : [`line ${line}: ${version} stands below ${previous.version}, which is older`]),
    ];
  });
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}
