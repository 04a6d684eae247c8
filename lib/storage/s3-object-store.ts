import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Connection } from '../connections/connection.ts';
import {
  type RetryEnvironment,
  type RetryPolicy,
  realRetryEnvironment,
  retry,
} from '../connections/retry.ts';
import { endingWith } from '../connections/time-left.ts';
import { ObjectConflictError, ObjectStoreOutOfTimeError } from './errors.ts';
import { checkObjectKey } from './object-key.ts';
import type { ObjectStore, StoredObject, WriteCondition } from './object-store.ts';
import { adviceOnS3, isConflict } from './s3-faults.ts';

/** How long the store retries. */
export interface S3RetryOptions {
  readonly retries: RetryPolicy;
  /** Attempts are neither started nor continued after its time is over. */
  readonly environment: RetryEnvironment;
}

const DEFAULT_RETRIES: S3RetryOptions = {
  retries: { attempts: 4, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 2000 },
  environment: realRetryEnvironment(() => Infinity),
};

/**
 * Objects in one S3 bucket, below a prefix if there is one; compare-and-swap by If-Match and If-None-Match.
 * Throttled, failed and unanswered calls are retried with backoff while time allows.
 */
export class S3ObjectStore implements ObjectStore {
  readonly name = 's3';
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #retryOptions: S3RetryOptions;

  /**
   * @param client see {@link s3Client}.
   * @param prefix of every key in the bucket, such as `team-a/`; callers never see it.
   */
  constructor(client: S3Client, bucket: string, prefix = '', options: Partial<S3RetryOptions> = {}) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#retryOptions = { ...DEFAULT_RETRIES, ...options };
  }

  async get(key: string): Promise<StoredObject | undefined> {
    checkObjectKey(this.#prefix + key);
    try {
      return await this.#withRetries(async (within) => {
        const command = new GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key });
        const answer = await this.#client.send(command, within);
        const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, etag: answer.ETag ?? '' };
      });
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array, condition: WriteCondition): Promise<string> {
    checkObjectKey(this.#prefix + key);
    let tries = 0;
    try {
      return await this.#withRetries(async (within) => {
        tries += 1;
        const target = { Bucket: this.#bucket, Key: this.#prefix + key, ...headersOf(condition) };
        const answer = await this.#client.send(new PutObjectCommand({ ...target, Body: bytes }), within);
        return answer.ETag ?? '';
      });
    } catch (error) {
      if (condition.kind === 'none' || !isConflict(error)) throw error;
      // An attempt whose response was lost may have written the object. If that cannot be determined, it is a
      // conflict: the caller starts again from the stored object.
      const stored = tries > 1 ? await this.get(key).catch(() => undefined) : undefined;
      if (stored !== undefined && Buffer.compare(stored.bytes, bytes) === 0) return stored.etag;
      throw new ObjectConflictError(key, { cause: error });
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        ContinuationToken: token,
      });
      const page = await this.#withRetries((within) => this.#client.send(command, within));
      for (const object of page.Contents ?? [])
        if (object.Key !== undefined) keys.push(object.Key.slice(this.#prefix.length));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys.sort();
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(this.#prefix + key);
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key });
    await this.#withRetries((within) => this.#client.send(command, within));
  }

  /** Older versions, where the bucket keeps them. */
  async olderVersions(key: string, limit: number): Promise<Uint8Array[]> {
    checkObjectKey(this.#prefix + key);
    const [Bucket, Key] = [this.#bucket, this.#prefix + key];
    // One more: the first is the present one.
    const list = new ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: limit + 1 });
    const { Versions = [] } = await this.#withRetries((within) => this.#client.send(list, within));
    const older = Versions.filter((version) => version.Key === Key && version.IsLatest !== true).slice(
      0,
      limit,
    );
    const versions: Uint8Array[] = [];
    for (const { VersionId } of older) {
      const get = new GetObjectCommand({ Bucket, Key, VersionId });
      const answer = await this.#withRetries((within) => this.#client.send(get, within));
      versions.push((await answer.Body?.transformToByteArray()) ?? new Uint8Array());
    }
    return versions;
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

  async #withRetries<T>(call: (within: ReturnType<typeof endingWith>) => Promise<T>): Promise<T> {
    const { retries, environment } = this.#retryOptions;
    try {
      return await retry(
        () => call(endingWith(environment.remainingMilliseconds)),
        adviceOnS3,
        retries,
        environment,
      );
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      throw new ObjectStoreOutOfTimeError(`S3, bucket "${this.#bucket}"`, { cause: error });
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
