/** A small young generation: a larger one only keeps the garbage of finished ticks for longer. */
const YOUNG_MEGABYTES = 8;

/**
 * The Node options of the functions. A quarter of the memory stays outside the heap: states are typed arrays,
 * and a save needs their size twice. Without a bound, V8 keeps the garbage of several ticks: measured with
 * `npm run bench -- tick`, a tick of 10,000 series peaks at 240 MB instead of 420.
 */
export function nodeOptions(memoryMegabytes: number): string {
  const heap = Math.floor(memoryMegabytes * 0.75);
  return `--enable-source-maps --max-semi-space-size=${YOUNG_MEGABYTES} --max-old-space-size=${heap}`;
}
