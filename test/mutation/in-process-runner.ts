import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InstrumenterContext, MutantCoverage } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { type RegisteredTest, testsOf } from './registered-tests.ts';

/** These compare the text of the code, which is not as written once it is mutated, or replay all recorded series for seconds. */
const LEFT_OUT = [
  'test/detector/documented-example.test.ts',
  'test/detector/rarity/upgrade.test.ts',
  'test/evaluation/report/report-scripts.test.ts',
  'test/prophet/loading.test.ts',
];
/** What counts the coverage of a mutant, which only the first run needs: it makes loops several times as slow. */
const COUNTING_CALL = /stryCov_9fa48\("\d+"(?:, "\d+")*\)/g;
/**
 * A mutant is endless when it is reached a hundred times as often as its code was (Stryker's rule), or ten times as often in a
 * test that takes ten times as long and two seconds more: a loop of a million rounds would take a minute to be reached that often.
 */
const ENDLESS_FACTOR = 10;
const ENDLESS_MILLIS = 2000;
const DURATIONS = 'test-durations.json';
const SHIM = new URL('./registered-tests.ts', import.meta.url).href;

interface LoadedTest extends RegisteredTest {
  readonly id: string;
  readonly fileName: string;
}

/**
 * Runs the quick unit tests of one folder in this process, again and again: a mutant costs what its tests cost. Vitest starts a worker
 * and loads all modules for each mutant, which takes longer than most tests do.
 *
 * Modules stay loaded, so a mutant could leave something behind that fails a later one. Hence the test that found a mutant is run
 * once more without it; where that fails too, all modules are loaded again and the mutant is tested once more.
 */
class InProcessRunner implements TestRunner {
  #tests: readonly LoadedTest[] = [];
  #version = 0;
  #isCounting = false;
  readonly #durations = new Map<string, number>();
  readonly #context: InstrumenterContext = {};

  capabilities() {
    return { reloadEnvironment: true };
  }

  init(): Promise<void> {
    Object.assign(globalThis, { __stryker__: this.#context });
    const root = pathToFileURL(process.cwd()).href;
    const isCode = (url: string) => url.startsWith(`${root}/`) && !url.includes('/node_modules/');
    registerHooks({
      resolve: (specifier, context, next) => {
        const { parentURL } = context;
        if (specifier === 'vitest' && parentURL !== undefined && isCode(parentURL))
          return { url: SHIM, shortCircuit: true };
        const found = next(specifier, context);
        return isCode(found.url) ? { ...found, url: `${found.url}?version=${this.#version}` } : found;
      },
      load: (url, context, next) => {
        const loaded = next(url, context);
        if (this.#isCounting || !isCode(url) || loaded.source == null) return loaded;
        const source = Buffer.from(loaded.source as Uint8Array).toString();
        return { ...loaded, source: source.replaceAll(COUNTING_CALL, '0') };
      },
    });
    // A test that was ended by a mutant may leave a promise behind.
    process.on('unhandledRejection', () => {});
    return Promise.resolve();
  }

  async dryRun(): Promise<DryRunResult> {
    this.#isCounting = true;
    await this.#load();
    const results: TestResult[] = [];
    for (const test of this.#tests) {
      this.#context.currentTestId = test.id;
      const result = await this.#run(test);
      delete this.#context.currentTestId;
      results.push(result);
    }
    this.#isCounting = false;
    this.#tests = [];
    const mutantCoverage: MutantCoverage | undefined = this.#context.mutantCoverage;
    return { status: DryRunStatus.Complete, tests: results, ...(mutantCoverage && { mutantCoverage }) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    if (this.#tests.length === 0) {
      await this.#load();
      await this.#measure();
    }
    const result = await this.#runMutant(options);
    if (!('killedBy' in result)) return result;
    const killers = this.#tests.filter(({ id }) => result.killedBy.includes(id));
    for (const killer of killers) {
      if ((await this.#run(killer)).status !== TestStatus.Failed) continue;
      await this.#load();
      return this.#runMutant(options);
    }
    return result;
  }

  async #runMutant({ activeMutant, testFilter, hitLimit, mutantActivation, disableBail }: MutantRunOptions) {
    // As a key the name is the same object as in the code, and compared in one step.
    const [name] = Object.keys({ [activeMutant.id]: true });
    Object.assign(this.#context, { activeMutant: name, hitCount: 0 });
    if (mutantActivation === 'static') await this.#load();
    const hitsAtMost = hitLimit ?? Infinity;
    const wanted = testFilter === undefined ? undefined : new Set(testFilter);
    const duration = ({ id }: LoadedTest) => this.#durations.get(id) ?? 0;
    const tests = this.#tests
      .filter(({ id }) => wanted === undefined || wanted.has(id))
      .toSorted((left, right) => duration(left) - duration(right));
    const results: TestResult[] = [];
    let isEndless = false;
    for (const test of tests) {
      const lastMillis = performance.now() + ENDLESS_MILLIS + ENDLESS_FACTOR * duration(test);
      Object.defineProperty(this.#context, 'hitLimit', {
        configurable: true,
        get: () => {
          const hits = this.#context.hitCount ?? 0;
          isEndless ||= hits > hitsAtMost / ENDLESS_FACTOR && performance.now() > lastMillis;
          return isEndless ? 0 : hitsAtMost;
        },
      });
      const result = await this.#run(test);
      results.push(result);
      if (result.status === TestStatus.Failed && !disableBail) break;
    }
    const complete: CompleteDryRunResult = { status: DryRunStatus.Complete, tests: results };
    const endless = determineHitLimitReached(this.#context.hitCount, isEndless ? 0 : hitsAtMost);
    delete this.#context.activeMutant;
    delete this.#context.hitCount;
    if (mutantActivation === 'static') await this.#load();
    return toMutantRunResult(endless ?? complete);
  }

  /** How long each test takes, which the first process of a run leaves beside the code for those that come after an endless mutant. */
  async #measure(): Promise<void> {
    if (existsSync(DURATIONS)) {
      for (const [id, millis] of Object.entries(JSON.parse(readFileSync(DURATIONS, 'utf8'))))
        this.#durations.set(id, Number(millis));
      return;
    }
    for (const test of this.#tests) this.#durations.set(test.id, (await this.#run(test)).timeSpentMs);
    writeFileSync(DURATIONS, JSON.stringify(Object.fromEntries(this.#durations)));
  }

  /** Loads all test files and the code again. */
  async #load(): Promise<void> {
    this.#version += 1;
    const folder = process.env.TIDEMARK_MUTATED_FOLDER ?? '';
    const files = globSync(`test/${folder}/**/*.test.ts`, { cwd: process.cwd() })
      .filter((file) => !file.endsWith('.slow.test.ts') && !LEFT_OUT.includes(file))
      .sort();
    const loaded: LoadedTest[] = [];
    for (const file of files) {
      const fileName = join(process.cwd(), file);
      const tests = await testsOf(() => import(pathToFileURL(fileName).href));
      for (const test of tests)
        loaded.push({ ...test, fileName, id: `${relative(process.cwd(), fileName)}#${test.name}` });
    }
    this.#tests = loaded.filter(({ isSkipped }) => !isSkipped);
  }

  async #run({ id, name, fileName, run }: LoadedTest): Promise<TestResult> {
    const started = performance.now();
    const base = () => ({ id, name, fileName, timeSpentMs: performance.now() - started });
    try {
      await run();
      return { ...base(), status: TestStatus.Success };
    } catch (error) {
      return { ...base(), status: TestStatus.Failed, failureMessage: String(error) };
    }
  }
}

/** The plugin as Stryker finds it. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
