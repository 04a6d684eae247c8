/** Stored bytes that are no state of this shard that this version can read. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}
