/** How many points back a window can reach: the bits of the memory. */
const MAXIMUM_WINDOW = 32;

/** Adds the newest point to the memory of hits: one bit a point, the newest lowest. */
export function rememberHit(hits: number, isHit: boolean): number {
  return ((hits << 1) | (isHit ? 1 : 0)) >>> 0;
}

/** Whether at least `least` of the newest `window` points (at most 32) were hits. */
export function persists(
  hits: number,
  persistence: { readonly hits: number; readonly window: number },
): boolean {
  const window = Math.min(persistence.window, MAXIMUM_WINDOW);
  let found = 0;
  for (let index = 0; index < window; index += 1) found += (hits >>> index) & 1;
  return found >= persistence.hits;
}
