/** A small young generation: more of it only holds the garbage of finished ticks for longer. */
const YOUNG_MEGABYTES = 8;

/**
 * How the functions run Node. A quarter of the memory is left for what lies outside of the heap: states are typed arrays,
 * and a save needs room for all of them once more. Told no bound at all, V8 lets the garbage of several ticks pile up: measured
 * with `npm run bench -- tick`, a tick of 10,000 series has its peak at 240 MB instead of 420.
 */
export function nodeOptions(memoryMegabytes: number): string {
  const heap = Math.floor(memoryMegabytes * 0.75);
  return `--enable-source-maps --max-semi-space-size=${YOUNG_MEGABYTES} --max-old-space-size=${heap}`;
}
