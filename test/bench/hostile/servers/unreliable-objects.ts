import { MemoryObjectStore } from '../../../../lib/storage/memory-object-store.ts';
import type { ObjectStore } from '../../../../lib/storage/object-store.ts';
import { type Fault, isActive } from '../fault.ts';
import type { VirtualClock } from '../virtual-clock.ts';

/** Objects in memory, in a store that faults make fail: before a call is done, or after, which a caller can't tell apart. */
export class UnreliableObjects {
  /** Without the faults, for those who look at the world from outside. */
  readonly sound = new MemoryObjectStore();
  readonly #faults: readonly Fault[];
  readonly #clock: VirtualClock;

  constructor(faults: readonly Fault[], clock: VirtualClock) {
    this.#faults = faults;
    this.#clock = clock;
  }

  /** The store as one container sees it, which may be dead. */
  seenBy(isDead: () => boolean): ObjectStore {
    const { sound } = this;
    const call = async <T>(
      operation: 'get' | 'put' | 'list' | 'delete',
      key: string,
      work: () => Promise<T>,
    ) => {
      if (isDead()) return new Promise<never>(() => {});
      const now = this.#clock.nowSeconds();
      const failures = this.#faults
        .filter((fault) => isActive(fault, now))
        .flatMap(({ onObject }) => onObject?.(operation, key) ?? []);
      if (failures.includes('before')) throw new Error('S3 says SlowDown');
      const answer = await work();
      if (failures.includes('after')) throw new Error('S3 did not answer');
      return answer;
    };
    return {
      name: sound.name,
      get: (key) => call('get', key, () => sound.get(key)),
      put: (key, bytes, condition) => call('put', key, () => sound.put(key, bytes, condition)),
      list: (prefix) => call('list', prefix, () => sound.list(prefix)),
      delete: (key) => call('delete', key, () => sound.delete(key)),
      check: () => sound.check(),
    };
  }
}
