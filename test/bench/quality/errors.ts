/** A corpus folder or file that can't be read as described in docs and CONTRIBUTING. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
  /**
   * @param where the path, with the line after a colon where there is one.
   * @param what what is wrong there.
   * @param remedy what to do about it.
   */
  constructor(where: string, what: string, remedy: string) {
    super(`${where}: ${what}. ${remedy}`);
  }
}
