/**
 * A uniform number in [0, 1) for each pair of integers, always the same: noise that can be evaluated at any
 * time in any order. The mixing is the 32-bit finaliser of MurmurHash3 (Appleby 2011), applied to both words
 * in turn.
 */
export function uniformAt(seed: number, index: number): number {
  let hash = mix(seed ^ 0x9e3779b9);
  hash = mix(hash ^ (index >>> 0));
  hash = mix(hash ^ Math.floor(index / 0x1_0000_0000));
  return hash / 0x1_0000_0000;
}

/** A standard normal number for each pair of integers (Box and Muller 1958). */
export function normalAt(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(seed, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniformAt(seed, 2 * index + 1));
}

/**
 * Autocorrelated noise: standard normal at multiples of the period, and in between the cosine-weighted mix of
 * its two neighbours, scaled back to variance one.
 */
export function wanderingAt(seed: number, timeSeconds: number, periodSeconds: number): number {
  const position = timeSeconds / periodSeconds;
  const index = Math.floor(position);
  const weight = (1 - Math.cos(Math.PI * (position - index))) / 2;
  const mixed = (1 - weight) * normalAt(seed, index) + weight * normalAt(seed, index + 1);
  return mixed / Math.hypot(1 - weight, weight);
}

/** A 32-bit seed of a text (FNV-1a), so that each series has its own noise. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function mix(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
