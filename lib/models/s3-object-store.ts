import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { Connection } from '../telemetry/connection.ts';
import { ObjectConflictError } from './errors.ts';
import { checkObjectKey } from './object-key.ts';
import type { ObjectStore, StoredObject, WriteCondition } from './object-store.ts';

/** Objects in one S3 bucket, below a prefix where there is one; compare-and-swap by If-Match and If-None-Match. */
export class S3ObjectStore implements ObjectStore {
  readonly name = 's3';
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /** @param prefix what every key begins with in the bucket, such as `team-a/`; callers never see it. */
  constructor(client: S3Client, bucket: string, prefix = '') {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    checkObjectKey(this.#prefix + key);
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }),
      );
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      return { bytes, etag: answer.ETag ?? '' };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string> {
    checkObjectKey(this.#prefix + key);
    try {
      const answer = await this.#client.send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: this.#prefix + key,
          Body: bytes,
          ...headersOf(condition),
        }),
      );
      return answer.ETag ?? '';
    } catch (error) {
      if (condition.kind !== 'none' && isConflict(error))
        throw new ObjectConflictError(key, { cause: error });
      throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.#bucket,
          Prefix: this.#prefix + prefix,
          ContinuationToken: token,
        }),
      );
      for (const object of page.Contents ?? [])
        if (object.Key !== undefined) keys.push(object.Key.slice(this.#prefix.length));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys.sort();
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(this.#prefix + key);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key }));
  }

  async check(): Promise<Connection> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
      return { service: this.name, isUp: true, detail: this.#bucket };
    } catch (error) {
      return {
        service: this.name,
        isUp: false,
        detail: error instanceof Error ? error.message : String(error),
      };
    }
  }
}

function headersOf(condition: WriteCondition): { IfMatch?: string; IfNoneMatch?: string } {
  switch (condition.kind) {
    case 'unchanged-since':
      return { IfMatch: condition.etag };
    case 'absent':
      return { IfNoneMatch: '*' };
    case 'none':
      return {};
  }
}

/**
 * Of a conditional write. 412: the condition does not hold. 409: another conditional write of the key is under way. 404 on If-Match: the object
 * was deleted in between. All three mean that somebody else wrote.
 */
function isConflict(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode;
  return status === 412 || status === 409 || error.name === 'NoSuchKey';
}
