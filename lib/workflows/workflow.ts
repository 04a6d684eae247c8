/** How an execution stands. */
export type ExecutionState = 'running' | 'succeeded' | 'failed' | 'stopped';

/** Work in steps that somebody else runs, repeats and times. */
export interface Workflow {
  /**
   * Starts an execution; an id that is known already starts nothing.
   *
   * @param id letters, digits, `-` and `_`, at most 80.
   */
  start(id: string): Promise<void>;
  /** @returns undefined for an execution that is not known, or no longer. */
  stateOf(id: string): Promise<ExecutionState | undefined>;
}
