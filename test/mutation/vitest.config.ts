import { defineConfig } from 'vitest/config';
import { QuickestFirst } from './quickest-first.ts';

/** The unit tests that stand beside one folder of lib, which `npm run mutation` names; each mutant runs them, so only the quick ones. */
export default defineConfig({
  test: {
    include: [`test/${process.env.TIDEMARK_MUTATED_FOLDER ?? ''}/**/*.test.ts`],
    exclude: [
      'test/**/*.slow.test.ts',
      // These compare the text of the code, which is not as written once it is mutated.
      'test/detector/documented-example.test.ts',
      'test/evaluation/report/report-scripts.test.ts',
      // It compares two versions of the same code over all recorded series, for seconds.
      'test/detector/rarity/upgrade.test.ts',
    ],
    // To load the modules again for each file takes longer than its tests do, as in the project `unit`.
    isolate: false,
    sequence: { sequencer: QuickestFirst },
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
