/** A stored shard state that this version cannot read. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}
