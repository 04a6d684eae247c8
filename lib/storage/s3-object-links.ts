import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkObjectKey } from './object-key.ts';
import type { ObjectLink, ObjectLinks } from './object-links.ts';

/** A link cannot outlive the credentials of the function that signs it. */
const LIFE_SECONDS = 3600;

/** Presigned links to the objects of one S3 bucket. */
export class S3ObjectLinks implements ObjectLinks {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #nowSeconds: () => number;

  constructor(client: S3Client, bucket: string, nowSeconds: () => number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#nowSeconds = nowSeconds;
  }

  async linkTo(key: string, contentType: string): Promise<ObjectLink> {
    checkObjectKey(key);
    const signedAtSeconds = Math.floor(this.#nowSeconds());
    const command = new GetObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ResponseContentType: contentType,
    });
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: LIFE_SECONDS,
      signingDate: new Date(signedAtSeconds * 1000),
    });
    return { url, expiresAtSeconds: signedAtSeconds + LIFE_SECONDS };
  }
}
