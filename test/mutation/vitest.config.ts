import { defineConfig } from 'vitest/config';

/** The unit tests that stand beside one folder of lib, which `npm run mutation` names; each mutant runs them, so only the quick ones. */
export default defineConfig({
  test: {
    include: [`test/${process.env.TIDEMARK_MUTATED_FOLDER ?? ''}/**/*.test.ts`],
    // These compare the text of the code, which is not as written once it is mutated.
    exclude: [
      'test/**/*.slow.test.ts',
      'test/detector/documented-example.test.ts',
      'test/evaluation/report/report-scripts.test.ts',
    ],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
