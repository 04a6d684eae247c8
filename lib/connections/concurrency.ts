/**
 * Works through the items, at most `limit` at a time, in order of their start. The first failure ends it: work that has
 * begun runs to its end, and no further item is started, whatever the limit.
 *
 * @param limit how many items may be under way at once; >= 1.
 * @throws what the work threw first, after all work that had begun has ended.
 */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  let failure: { readonly reason: unknown } | undefined;
  const worker = async () => {
    for (const [index, item] of queue) {
      try {
        await work(item, index);
      } catch (reason) {
        failure ??= { reason };
      }
      if (failure !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failure !== undefined) throw failure.reason;
}
