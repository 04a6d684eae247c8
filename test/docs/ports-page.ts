import { join } from 'node:path';
import {
  type InterfaceDeclaration,
  type JSDoc,
  type JSDocTag,
  type MethodSignature,
  Node,
  Project,
  type PropertySignature,
  type TypeAliasDeclaration,
} from 'ts-morph';

/*
 * ts-morph and not TypeDoc: TypeDoc needs the JavaScript API of TypeScript, which version 7 does not have. ts-morph
 * includes a version that does.
 */
const root = join(import.meta.dirname, '../..');

/** A chapter of the page: one port with the types that its signatures name. */
interface Chapter {
  readonly title: string;
  /** Files of `lib`; every exported interface and type in them is described, in their order. */
  readonly files: readonly string[];
}

const chapters: readonly Chapter[] = [
  { title: 'Where samples come from', files: ['sources/series-source.ts'] },
  { title: 'Where results go', files: ['results/result-store.ts'] },
  { title: 'Who is notified of incidents', files: ['alerts/alert-channel.ts'] },
  { title: 'Who is notified of what the installation does', files: ['alerts/notice-channel.ts'] },
  { title: 'What scores a sample', files: ['detector/detector.ts', 'detector/score.ts'] },
  { title: 'What is normal for a series', files: ['baseline/baseline-model.ts'] },
  {
    title: 'Where models and states are kept',
    files: ['storage/object-store.ts', 'storage/object-links.ts'],
  },
  { title: 'Where alerts are looked up', files: ['results/alert-history.ts'] },
  { title: 'Who runs the steps of a workflow', files: ['workflows/workflow.ts'] },
  {
    title: 'What all ports share',
    files: [
      'connections/connection.ts',
      'detector/verdict.ts',
      'series/series.ts',
      'series/samples.ts',
      'series/labels.ts',
      'series/band.ts',
      'telemetry/logger.ts',
    ],
  },
];

type Described = InterfaceDeclaration | TypeAliasDeclaration;
type Member = MethodSignature | PropertySignature;

/** The page of the ports: what `docs/ports.md` has to be. */
export function portsPage(): string {
  const described = readChapters();
  const names = new Set(described.flatMap(({ types }) => types.map((type) => type.getName())));
  const contents = described.map(
    ({ title, types }) => `- ${title}: ${types.map((type) => linkTo(type.getName())).join(', ')}`,
  );
  const head = `# The ports

<!-- Generated from the docstrings of lib by "npm run docs:ports". Change them, not this page. -->

A port is an interface of \`lib\` that says what the product needs, and nothing about how it is done. Whoever implements one
can put another source, store, channel, detector or model in its place: [extending.md](extending.md) shows how.

${contents.join('\n')}
`;
  const body = described.map(
    ({ title, types }) => `## ${title}\n\n${types.map((type) => section(type, names)).join('\n')}`,
  );
  return `${[head, ...body].join('\n').trimEnd()}\n`;
}

/** The methods of the ports that have no docstring, such as `ResultStore.check`. */
export function undocumentedMethods(): string[] {
  return readChapters().flatMap(({ types }) =>
    types
      .filter((type) => Node.isInterfaceDeclaration(type))
      .flatMap((type) =>
        type
          .getMethods()
          .filter((method) => method.getJsDocs().length === 0)
          .map((method) => `${type.getName()}.${method.getName()}`),
      ),
  );
}

function readChapters(): { title: string; types: readonly Described[] }[] {
  // Signatures are shown as they are written, so no other file has to be read and nothing has to be resolved.
  const project = new Project({ skipAddingFilesFromTsConfig: true, skipFileDependencyResolution: true });
  return chapters.map(({ title, files }) => ({
    title,
    types: files.flatMap((file) => {
      const source = project.addSourceFileAtPath(join(root, 'lib', file));
      return [...source.getInterfaces(), ...source.getTypeAliases()]
        .filter((type) => type.isExported())
        .sort((one, other) => one.getPos() - other.getPos());
    }),
  }));
}

function section(type: Described, names: ReadonlySet<string>): string {
  const file = type
    .getSourceFile()
    .getFilePath()
    .slice(root.length + 1);
  const head = `### ${type.getName()}\n\n[\`${file}\`](../${file})`;
  const { description, tags } = prose(type.getJsDocs(), names);
  const parts = [head, ...(description === '' ? [] : [description]), ...tags, declaration(type)];
  const members = Node.isInterfaceDeclaration(type) ? type.getMembers().filter(isMember) : [];
  const documented = members.filter((member) => member.getJsDocs().length > 0);
  if (documented.length > 0) parts.push(documented.map((member) => item(member, names)).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function isMember(member: Node): member is Member {
  return Node.isMethodSignature(member) || Node.isPropertySignature(member);
}

/** The type as it is written, without its docstrings. */
function declaration(type: Described): string {
  const text = Node.isInterfaceDeclaration(type)
    ? `interface ${headOf(type)} {\n${type
        .getMembers()
        .map((member) => `  ${oneLine(member)}\n`)
        .join('')}}`
    : type.getText().replace(/^export /, '');
  return `\`\`\`ts\n${text}\n\`\`\``;
}

function headOf(type: InterfaceDeclaration): string {
  const parameters = type.getTypeParameters().map((parameter) => parameter.getText());
  const bases = type.getExtends().map((base) => base.getText());
  const generic = parameters.length === 0 ? '' : `<${parameters.join(', ')}>`;
  return `${type.getName()}${generic}${bases.length === 0 ? '' : ` extends ${bases.join(', ')}`}`;
}

function oneLine(member: Node): string {
  return member
    .getText()
    .replaceAll(/\/\*\*.*?\*\/\s*/gs, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/,? \)/g, ')')
    .replaceAll('( ', '(');
}

/** One member of a list: its name, what it is, and what each tag of its docstring says. */
function item(member: Member, names: ReadonlySet<string>): string {
  const { description, tags } = prose(member.getJsDocs(), names);
  const call = Node.isMethodSignature(member) ? '()' : '';
  const first = `- **\`${member.getName()}${call}\`** ${description}`.trimEnd();
  return [first, ...tags.map((tag) => `  - ${tag}`)].join('\n');
}

interface Prose {
  /** Empty without one. */
  readonly description: string;
  /** A sentence for each tag. */
  readonly tags: readonly string[];
}

function prose(docs: readonly JSDoc[], names: ReadonlySet<string>): Prose {
  return {
    description: docs.map((doc) => flowed(doc.getDescription(), names)).join(' '),
    tags: docs.flatMap((doc) => doc.getTags().map((tag) => sentence(tag, names))),
  };
}

function sentence(tag: JSDocTag, names: ReadonlySet<string>): string {
  if (Node.isJSDocParameterTag(tag))
    return `\`${tag.getName()}\`: ${flowed(tag.getCommentText() ?? '', names)}`;
  // `@throws` has a type in braces at most; the whole text says which error, and when.
  const text = flowed(tag.getText().replace(/^@\w+/, ''), names);
  const verb = { throws: 'Throws', returns: 'Returns', typeParam: 'Type parameter' }[tag.getTagName()];
  return `${verb ?? tag.getTagName()} ${text}`;
}

/** On one line, with links where a type of this page is named by `{@link}`. */
function flowed(text: string, names: ReadonlySet<string>): string {
  return text
    .replaceAll(/\{@link (\w+)(\.\w+)?\}/g, (_, name: string, member = '') =>
      names.has(name) ? linkTo(name, `${name}${member}`) : `\`${name}${member}\``,
    )
    .replaceAll(/\s*\n\s*(?:\*\s*)?/g, ' ')
    .trim();
}

function linkTo(name: string, text = name): string {
  return `[\`${text}\`](#${name.toLowerCase()})`;
}
