import { describe, expect, it } from 'vitest';
import { retryOnConflict } from '../../../lib/pipeline/tick/retry-on-conflict.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';

/** A tick that fails with these errors, one a time, and then ends well. */
function tickAfter(...errors: readonly Error[]) {
  let calls = 0;
  const run = async () => {
    const error = errors[calls];
    calls += 1;
    if (error !== undefined) throw error;
    return 'done';
  };
  return { run, calls: () => calls };
}

const conflict = () => new ObjectConflictError('state/shard-0.cbor');

describe('retryOnConflict', () => {
  it('runs a tick again that another one overtook, up to three times', async () => {
    const tick = tickAfter(conflict(), conflict());
    expect(await retryOnConflict(tick.run)).toBe('done');
    expect(tick.calls()).toBe(3);
  });

  it('gives up when others were faster at every attempt', async () => {
    const tick = tickAfter(conflict(), conflict(), conflict());
    await expect(retryOnConflict(tick.run)).rejects.toThrow(ObjectConflictError);
    expect(tick.calls()).toBe(3);
  });

  it('does not retry any other failure', async () => {
    const tick = tickAfter(new Error('the source is away'));
    await expect(retryOnConflict(tick.run)).rejects.toThrow('the source is away');
    expect(tick.calls()).toBe(1);
  });
});
