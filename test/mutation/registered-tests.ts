import { expect, vi } from 'vitest';

export { expect, vi };

type Body = (...args: never[]) => unknown;

/** A suite of tests, with what runs around each of them. */
interface Suite {
  readonly name: string;
  readonly parent: Suite | undefined;
  readonly isSkipped: boolean;
  readonly before: (() => unknown)[];
  readonly after: (() => unknown)[];
  readonly once: (() => unknown)[];
}

/** One test of a file. */
export interface RegisteredTest {
  /** The names of its suites and its own, unique in its file. */
  readonly name: string;
  readonly isSkipped: boolean;
  /** Runs it with what its suites run around it. Rejects when it fails. */
  run(): Promise<void>;
}

let tests: RegisteredTest[] = [];
let names = new Map<string, number>();
let suite = newSuite('', undefined, false);
let finishers: (() => unknown)[] = [];

function newSuite(name: string, parent: Suite | undefined, isSkipped: boolean): Suite {
  return { name, parent, isSkipped, before: [], after: [], once: [] };
}

/**
 * Loads a test file and returns its tests. Only for one file at a time.
 *
 * @param load imports the file.
 */
export async function testsOf(load: () => Promise<unknown>): Promise<readonly RegisteredTest[]> {
  tests = [];
  names = new Map();
  suite = newSuite('', undefined, false);
  await load();
  return tests;
}

function within(name: string, isSkipped: boolean, body: () => unknown): void {
  const outer = suite;
  suite = newSuite(name, outer, isSkipped || outer.isSkipped);
  body();
  suite = outer;
}

function register(name: string, isSkipped: boolean, body: () => unknown): void {
  const home = suite;
  const path = [...ancestryOf(home).map((one) => one.name), name].filter((part) => part !== '').join(' > ');
  const count = (names.get(path) ?? 0) + 1;
  names.set(path, count);
  tests.push({
    name: count === 1 ? path : `${path} (${count})`,
    isSkipped: isSkipped || home.isSkipped,
    run: () => runWithin(ancestryOf(home), body),
  });
}

/** A suite and those around it, the outermost first. */
function ancestryOf(home: Suite): Suite[] {
  return home.parent === undefined ? [home] : [...ancestryOf(home.parent), home];
}

async function runWithin(suites: readonly Suite[], body: () => unknown): Promise<void> {
  finishers = [];
  try {
    for (const { once } of suites) for (const hook of once.splice(0)) await hook();
    for (const { before } of suites) for (const hook of before) await hook();
    await body();
  } finally {
    for (const hook of finishers.toReversed()) await hook();
    for (const { after } of suites.toReversed()) for (const hook of after) await hook();
  }
}

/** Calls a function for each row, with the row's cells as arguments if it is a list. */
function forEachRow(rows: readonly unknown[], call: (index: number, args: never[]) => void): void {
  rows.forEach((row, index) => {
    call(index, (Array.isArray(row) ? row : [row]) as never[]);
  });
}

/** Vitest's `describe`, as far as the tests use it. */
export const describe = Object.assign((name: string, body: () => unknown) => within(name, false, body), {
  each: (rows: readonly unknown[]) => (name: string, body: Body) =>
    forEachRow(rows, (index, args) => within(`${name} [${index}]`, false, () => body(...args))),
  skip: (name: string, body: () => unknown) => within(name, true, body),
  skipIf: (isSkipped: unknown) => (name: string, body: () => unknown) =>
    within(name, Boolean(isSkipped), body),
});

/** Vitest's `it`, as far as the tests use it. */
export const it = Object.assign((name: string, body: () => unknown) => register(name, false, body), {
  each: (rows: readonly unknown[]) => (name: string, body: Body) =>
    forEachRow(rows, (index, args) => register(`${name} [${index}]`, false, () => body(...args))),
  skip: (name: string) => register(name, true, () => {}),
  skipIf: (isSkipped: unknown) => (name: string, body: () => unknown) =>
    register(name, Boolean(isSkipped), body),
});

export const beforeEach = (hook: () => unknown) => suite.before.push(hook);
export const afterEach = (hook: () => unknown) => suite.after.push(hook);
export const beforeAll = (hook: () => unknown) => suite.once.push(hook);
export const onTestFinished = (hook: () => unknown) => finishers.push(hook);
