import * as z from 'zod/mini';
import { forEachConcurrently } from '../../connections/concurrency.ts';
import { changeObject } from '../../storage/change-object.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { UnreadableRunError } from '../errors.ts';

/** Raised when a document changes so that an older program would misread it. */
const FORMAT_VERSION = 1;
/** Small objects read at once: thousands, one after the other, take minutes. */
const READS = 16;

/** One kind of document that is kept of a run: where it lies, and what it holds. */
export interface RunDocument<Content> {
  /** The key of a run's document in the object store. */
  readonly keyOf: (id: string) => string;
  readonly schema: z.core.$ZodType<Content>;
}

/**
 * What is known of runs, retrainings and evaluations alike: small JSON documents in an object store, each read through
 * its schema and with a format version. They go with time (see lib/cdk/storage.ts).
 */
export class RunStore {
  readonly objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /**
   * @returns undefined when there is no such document.
   * @throws UnreadableRunError when it is not what its schema says.
   */
  async read<Content>(document: RunDocument<Content>, id: string): Promise<Content | undefined> {
    const key = document.keyOf(id);
    const stored = await this.objects.get(key);
    return stored && contentOf(key, stored.bytes, document.schema);
  }

  /** Reads many documents of a run, in their order; undefined for each that is not there. */
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
   * Writes a document unless there is one: of two writers the first one counts.
   *
   * @returns the document that counts: the given one, or the one that was there.
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
    if (kept === undefined) throw new UnreadableRunError(key, 'it was removed while it was read');
    return kept;
  }

  /**
   * Changes a document by compare-and-swap.
   *
   * @param change gets what is there, and may be called again when another writer was faster; what it returns is written.
   * @returns the document as it is now.
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

/** Documents without a format version were written before there was one, in the layout of version 1. */
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
    throw new UnreadableRunError(key, `it has format ${written}, this program reads up to ${FORMAT_VERSION}`);
  }
  const reading = z.safeParse(schema, content);
  if (reading.success) return reading.data;
  throw new UnreadableRunError(key, z.prettifyError(reading.error));
}
