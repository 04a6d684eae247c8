import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Runs the test files in the order of their last duration, the quickest first. A mutant is found by the first test that
 * fails, and Vitest's own order begins with the slowest file: it is made for several workers.
 */
export class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durationOf = (file: TestSpecification) =>
      this.ctx.cache.getTestSpecificationResult(file)?.duration ?? 0;
    return files.toSorted((left, right) => durationOf(left) - durationOf(right));
  }
}
