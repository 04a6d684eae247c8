import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from '../../lib/storage/memory-object-store.ts';

describe('objects in memory', () => {
  it('do not change with the buffer that they were written from, nor with one that they were read into', async () => {
    const objects = new MemoryObjectStore();
    const written = Buffer.from('state');
    await objects.put('state/shard-0.cbor', written, { kind: 'none' });
    written.fill(0);
    const read = await objects.get('state/shard-0.cbor');
    read?.bytes.fill(1);
    const stored = await objects.get('state/shard-0.cbor');
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe('state');
  });
});
