/** The state of an execution. */
export type ExecutionState = 'running' | 'succeeded' | 'failed' | 'stopped';

/** Runs work in steps, with retries and time limits. */
export interface Workflow {
  /**
   * Starts an execution; an id that exists already starts nothing.
   *
   * @param id letters, digits, `-` and `_`, at most 80.
   */
  start(id: string): Promise<void>;
  /** @returns undefined for an unknown or expired execution. */
  stateOf(id: string): Promise<ExecutionState | undefined>;
}
