/** A place in S3. */
export interface S3Location {
  readonly bucket: string;
  /** The prefix of every key: empty, or ending in a slash. */
  readonly prefix: string;
}

const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';

/** A bucket and a prefix as users write them: `s3://bucket/prefix`. */
const s3LocationPattern = new RegExp(`^s3://(${BUCKET})(?:/((?:[\\w=.-]+/)*[\\w=.-]+)?/?)?$`);

/**
 * Reads `s3://bucket/prefix`.
 *
 * @returns undefined for any other text.
 * @example s3Location('s3://lake/tidemark'); // { bucket: 'lake', prefix: 'tidemark/' }
 */
export function s3Location(text: string): S3Location | undefined {
  const parts = s3LocationPattern.exec(text);
  if (parts === null) return undefined;
  const [, bucket = '', folders] = parts;
  return { bucket, prefix: folders === undefined ? '' : `${folders}/` };
}
