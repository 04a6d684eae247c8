import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/s3-location.ts';
import { ResultsSetupError } from '../errors.ts';
import type { SchemaStep } from '../results-schema.ts';
import { type TableDefinition, tableDefinitions } from './table-definitions.ts';

/**
 * Writes the table definitions beside the results in S3. Repeated, it changes nothing.
 *
 * @param name of the installation.
 * @throws ResultsSetupError when the bucket can't be read or written.
 */
export async function ensureDefinitions(
  client: S3Client,
  location: S3Location,
  name: string,
  isDryRun: boolean,
): Promise<SchemaStep[]> {
  return eachDefinition(location, name, async (definition, thing) => {
    const stored = await storedText(client, location, definition);
    if (stored === definition.sql) return { thing, action: 'unchanged', drift: '' };
    if (!isDryRun)
      await client.send(
        new PutObjectCommand({
          Bucket: location.bucket,
          Key: definition.key,
          Body: definition.sql,
          ContentType: 'application/sql',
        }),
      );
    return stored === undefined
      ? { thing, action: 'created', drift: 'is missing' }
      : { thing, action: 'changed', drift: 'is another one' };
  });
}

/** Removes the table definitions, and no results. */
export async function removeDefinitions(
  client: S3Client,
  location: S3Location,
  name: string,
  isDryRun: boolean,
): Promise<SchemaStep[]> {
  const steps = await eachDefinition(location, name, async (definition, thing) => {
    const isStored = (await storedText(client, location, definition)) !== undefined;
    if (isStored && !isDryRun)
      await client.send(new DeleteObjectCommand({ Bucket: location.bucket, Key: definition.key }));
    return { thing, action: isStored ? 'removed' : 'unchanged', drift: '' };
  });
  return steps.filter(({ action }) => action === 'removed');
}

async function eachDefinition(
  location: S3Location,
  name: string,
  take: (definition: TableDefinition, thing: string) => Promise<SchemaStep>,
): Promise<SchemaStep[]> {
  const steps: SchemaStep[] = [];
  try {
    for (const definition of tableDefinitions(name, location))
      steps.push(await take(definition, `${definition.thing} in s3://${location.bucket}/${definition.key}`));
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new ResultsSetupError(
      `The table definitions in s3://${location.bucket}/${location.prefix}athena/ can't be read or written: ${reason}`,
      { cause: error },
    );
  }
  return steps;
}

async function storedText(
  client: S3Client,
  { bucket }: S3Location,
  { key }: TableDefinition,
): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
