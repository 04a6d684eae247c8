import * as z from 'zod/mini';
import { forEachConcurrently } from '../../connections/concurrency.ts';
import { changeObject } from '../../storage/change-object.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { UnreadableRunError } from '../errors.ts';

/** Incremented when an older version would misread the document. */
const FORMAT_VERSION = 1;
/** Concurrent reads: thousands of small objects take minutes in sequence. */
const READS = 16;

/** One kind of document of a run: its key and its schema. */
export interface RunDocument<Content> {
  /** The key of a run's document in the object store. */
  readonly keyOf: (id: string) => string;
  readonly schema: z.core.$ZodType<Content>;
}

/**
 * Stores runs, retrainings and evaluations alike, as small JSON documents in an object store, each with a schema and a
 * format version. They expire (see lib/cdk/storage.ts).
 */
export class RunStore {
  readonly objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /**
   * @returns undefined when the document does not exist.
   * @throws UnreadableRunError when the document does not match its schema.
   */
  async read<Content>(document: RunDocument<Content>, id: string): Promise<Content | undefined> {
    const key = document.keyOf(id);
    const stored = await this.objects.get(key);
    return stored && contentOf(key, stored.bytes, document.schema);
  }

  /** Reads many documents of a run, in the given order; undefined for each that does not exist. */
  async readAll<Content>(
    documents: readonly RunDocument<Content>[],
    id: string,
  ): Promise<(Content | undefined)[]> {
    const found: (Content | undefined)[] = [];
    await forEachConcurrently(documents, READS, async (document, index) => {
      found[index] = await this.read(document, id);
    });
    return found;
  }

  /**
   * Writes a document unless it exists: the first of two writers wins.
   *
   * @returns the stored document: the given one, or the one that existed.
   */
  async keepFirst<Content>(document: RunDocument<Content>, id: string, content: Content): Promise<Content> {
    const key = document.keyOf(id);
    try {
      await this.objects.put(key, bytesOf(content), { kind: 'absent' });
      return content;
    } catch (error) {
      if (!(error instanceof ObjectConflictError)) throw error;
    }
    const kept = await this.read(document, id);
    if (kept === undefined) throw new UnreadableRunError(key, 'it was removed during the read');
    return kept;
  }

  /**
   * Changes a document by compare-and-swap.
   *
   * @param change returns the new document from the stored one; called again when another writer was faster.
   * @returns the stored document.
   */
  async change<Content>(
    document: RunDocument<Content>,
    id: string,
    change: (known: Content | undefined) => Content,
  ): Promise<Content> {
    const key = document.keyOf(id);
    let changed: Content | undefined;
    await changeObject(this.objects, key, (stored) => {
      const known = stored && contentOf(key, stored.bytes, document.schema);
      changed = change(known);
      return stored !== undefined && changed === known ? stored.bytes : bytesOf(changed);
    });
    return changed!;
  }
}

function bytesOf(content: unknown): Uint8Array {
  const versioned = { formatVersion: FORMAT_VERSION, ...(content as object) };
  return new TextEncoder().encode(`${JSON.stringify(versioned, undefined, 1)}\n`);
}

/** Documents without a format version have the layout of version 1. */
const versioned = z.looseObject({ formatVersion: z._default(z.number(), 1) });

function contentOf<Content>(key: string, bytes: Uint8Array, schema: z.core.$ZodType<Content>): Content {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnreadableRunError(key, 'it is not JSON', { cause: error });
  }
  const version = versioned.safeParse(content);
  if (version.success && version.data.formatVersion > FORMAT_VERSION) {
    const written = version.data.formatVersion;
    throw new UnreadableRunError(
      key,
      `it has format ${written}, but this version reads formats up to ${FORMAT_VERSION}`,
    );
  }
  const reading = z.safeParse(schema, content);
  if (reading.success) return reading.data;
  throw new UnreadableRunError(key, z.prettifyError(reading.error));
}
