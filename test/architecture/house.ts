/**
 * The house, said once: which folder stands on which floor, and which rooms of `lib/pipeline` may reach which others.
 * `biome.boundaries.json` is made from it, and CONTRIBUTING.md shows it.
 */

/** The folders of `lib`, lowest floor first. An import runs down, never sideways. */
const floors: readonly (readonly string[])[] = [
  ['series', 'config', 'telemetry'],
  ['connections', 'prophet', 'cdk', 'dashboards'],
  ['storage', 'sources', 'baseline', 'detector'],
  ['evaluation', 'results', 'models', 'alerts', 'workflows', 'discovery'],
  ['pipeline'],
];

/** Folders that import no package and no `node:` module, and take time and randomness as arguments. */
const pureCore: readonly string[] = ['series', 'detector', 'evaluation'];

/** Of each room of `lib/pipeline` the other rooms that it may reach. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  watch: [],
  tick: ['watch'],
  training: ['watch'],
  runs: [],
  retrain: ['watch', 'training', 'runs'],
  evaluation: ['watch', 'training', 'runs', 'retrain'],
  models: ['watch', 'training', 'runs', 'retrain', 'evaluation'],
  export: ['watch'],
  feedback: ['watch', 'training', 'runs', 'retrain', 'evaluation'],
};

/** What stands above all floors. `api` and `compose` do not know each other. */
const above = ['compose', 'api', 'bin', 'functions', 'examples', 'test'];
const seePlan = '(see CONTRIBUTING.md, The house)';

interface Restriction {
  readonly group: readonly string[];
  readonly message: string;
}

/** The linter's rules that follow from the house. */
export function boundaries(): object {
  const folders = floors.flatMap((floor, index) =>
    floor.map((folder) => override(`lib/${folder}`, restrictionsOf(folder, index))),
  );
  return {
    $schema: './node_modules/@biomejs/biome/configuration_schema.json',
    overrides: [
      ...folders,
      ...Object.entries(rooms).map(([room, reachable]) =>
        override(`lib/pipeline/${room}`, [
          ...restrictionsOf('pipeline', floors.length - 1),
          ...roomRules(room, reachable),
        ]),
      ),
      override('lib/compose', [
        {
          group: inFolders(['api', 'bin', 'functions', 'examples', 'test']),
          message: `lib/compose stands below bin and functions ${seePlan}.`,
        },
      ]),
      override('lib/api', [
        {
          group: inFolders(['compose', 'cdk', 'bin', 'functions', 'examples', 'test']),
          message: `lib/api is handed its use cases wired: it imports neither the wiring nor what stands above ${seePlan}.`,
        },
      ]),
      override('examples', [
        {
          group: inFolders(['compose', 'api', 'bin', 'functions', 'test']),
          message: `An example imports only the ports and the core of lib ${seePlan}.`,
        },
      ]),
    ],
  };
}

function restrictionsOf(folder: string, floor: number): Restriction[] {
  const others = floors
    .slice(floor)
    .flat()
    .filter((other) => other !== folder);
  const direction: Restriction = {
    group: inFolders([...others, ...above]),
    message: `lib/${folder} stands on floor ${floor + 1}: it imports only from lower floors ${seePlan}.`,
  };
  const purity: Restriction = {
    group: ['*', '@*/**', '*/**', 'node:*/**', '!./**', '!../**'],
    message: `lib/${folder} is the pure core: no package and no node: module. Take the value as an argument.`,
  };
  return pureCore.includes(folder) ? [direction, purity] : [direction];
}

function roomRules(room: string, reachable: readonly string[]): Restriction[] {
  const closed = Object.keys(rooms).filter((other) => other !== room && !reachable.includes(other));
  return [
    {
      group: [...closed.map((other) => `../${other}/**`), '../api-services.ts'],
      message: `lib/pipeline/${room} reaches only ${['errors.ts', ...reachable].join(', ')} of lib/pipeline ${seePlan}.`,
    },
  ];
}

function inFolders(folders: readonly string[]): string[] {
  return folders.map((folder) => `**/${folder}/**`);
}

function override(folder: string, patterns: readonly Restriction[]): object {
  return {
    includes: [`${folder}/**/*.ts`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  };
}
