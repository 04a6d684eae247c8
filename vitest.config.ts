import { defineConfig } from 'vitest/config';

/**
 * How busy a machine is must fail no test: these bounds only end what hangs. No test sets a shorter one for work that
 * computes.
 */
const bounds = {
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect: { poll: { timeout: 600_000 } },
} as const;

/**
 * Projects by what a test needs: `unit` nothing, `slow` a minute (CONTRIBUTING says which files those are), `contract` real
 * servers, `stack` the deployed local cloud, `browser` a real browser.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...bounds,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{contract,stack,browser}/**', 'test/**/*.slow.test.ts'],
          maxWorkers: '100%',
          // To load the modules again for each file takes longer than its tests do. Files share them: no test depends on
          // what another left in a module, and the files pass in any order (`--sequence.shuffle.files`).
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
        },
      },
      {
        test: {
          ...bounds,
          name: 'slow',
          include: ['test/**/*.slow.test.ts'],
          exclude: ['test/{contract,stack,browser}/**'],
          maxWorkers: '100%',
        },
      },
      {
        test: {
          ...bounds,
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: 'test/services/global-setup.ts',
        },
      },
      {
        test: {
          ...bounds,
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          globalSetup: 'test/services/global-setup.ts',
          // They wait for rules that fire once a minute, each on a cloud of its own; what deploys needs a processor for itself.
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...bounds,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['lib/{series,prophet,baseline,detector,evaluation}/**/*.ts'],
      reporter: ['text-summary'],
    },
  },
});
