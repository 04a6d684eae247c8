/** A small young generation: more of it only holds the garbage of finished ticks for longer. */
const YOUNG_MEGABYTES = 8;

/**
 * How the functions run Node. Half of the memory is for the heap and half for what lies outside of it: states are typed
 * arrays, and a save needs room for all of them once more. Told no bound, V8 lets garbage grow until the function's memory is
 * full. Measured with `npm run bench -- tick`: 240 MB instead of 420 at the peak of a tick of 10,000 series.
 */
export function nodeOptions(memoryMegabytes: number): string {
  const heap = Math.floor(memoryMegabytes / 2);
  return `--enable-source-maps --max-semi-space-size=${YOUNG_MEGABYTES} --max-old-space-size=${heap}`;
}
