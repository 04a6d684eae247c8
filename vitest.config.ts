import { defineConfig } from 'vitest/config';

/** Projects by what a test needs: `unit` nothing, `contract` real servers, `stack` the deployed local cloud, `browser` a real browser. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{contract,stack,browser}/**'],
          maxWorkers: '100%',
          // It ends what hangs: how busy a machine is must fail no test.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: 'test/services/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          globalSetup: 'test/services/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 600_000,
          // They wait for rules that fire once a minute, each on a cloud of its own; what deploys needs a processor for itself.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
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
