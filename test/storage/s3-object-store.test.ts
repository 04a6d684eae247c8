import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { ObjectConflictError } from '../../lib/storage/errors.ts';
import type { WriteCondition } from '../../lib/storage/object-store.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';

const conditional: readonly WriteCondition[] = [
  { kind: 'absent' },
  { kind: 'unchanged-since', etag: '"seen"' },
];

/** S3's answer to every request, as the SDK throws it. */
function refusing(name: string, httpStatusCode: number): S3ObjectStore {
  const client = new S3Client({ region: 'us-east-1' });
  const refusal = new S3ServiceException({
    name,
    message: name,
    $fault: 'client',
    $metadata: { httpStatusCode },
  });
  vi.spyOn(client, 'send').mockImplementation(() => {
    throw refusal;
  });
  const retries = { attempts: 2, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };
  return new S3ObjectStore(client, 'bucket', '', { retries });
}

describe('S3ObjectStore', () => {
  // No server here answers 409: S3 does while another conditional write of the key is under way.
  it.each([
    ['ConditionalRequestConflict', 409],
    ['PreconditionFailed', 412],
    ['NoSuchKey', 404],
  ])('takes %s (%i) for a conflict of a conditional write', async (name, status) => {
    for (const condition of conditional) {
      const put = refusing(name, status).put('key', new Uint8Array(), condition);
      await expect(put).rejects.toThrow(ObjectConflictError);
      await expect(put).rejects.toMatchObject({ cause: { name } });
    }
  });

  it('takes 409 on a write without a condition for the fault that it is', async () => {
    const put = refusing('OperationAborted', 409).put('key', new Uint8Array(), { kind: 'none' });
    await expect(put).rejects.toMatchObject({ name: 'OperationAborted' });
  });

  it.each([
    ['NoSuchBucket', 404],
    ['AccessDenied', 403],
    ['SlowDown', 503],
  ])('passes on %s (%i), which is not a conflict', async (name, status) => {
    for (const condition of conditional)
      await expect(refusing(name, status).put('key', new Uint8Array(), condition)).rejects.toMatchObject({
        name,
      });
  });
});
