import { createHash } from 'node:crypto';
import type { Configuration } from '../config/schema.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { UnreadableConfigurationError } from './errors.ts';

/** Raise it when an older format can no longer be read. */
const FORMAT_VERSION = 1;

interface StoredConfiguration {
  readonly formatVersion: number;
  readonly configuration: Configuration;
}

/**
 * The resolved configuration for the functions: validated when it was written, so that reading needs no
 * schema.
 */
export function configurationBytes(configuration: Configuration): Uint8Array {
  const stored: StoredConfiguration = { formatVersion: FORMAT_VERSION, configuration };
  return new TextEncoder().encode(`${JSON.stringify(stored, null, 1)}\n`);
}

/**
 * The key of configurations pushed while `deployed` is deployed: different for each, so that deploying a
 * changed configuration replaces earlier pushes.
 */
export function pushedConfigurationKey(deployed: Uint8Array): string {
  return `config/since-${createHash('sha256').update(deployed).digest('hex').slice(0, 16)}.json`;
}

/**
 * The active configuration: the pushed one if there is one, otherwise the deployed one.
 *
 * @throws UnreadableConfigurationError when this program cannot read it.
 */
export async function configurationInForce(
  objects: ObjectStore,
  pushedKey: string,
  deployed: () => Promise<Uint8Array>,
): Promise<Configuration> {
  const pushed = await objects.get(pushedKey);
  return readConfiguration(
    pushed?.bytes ?? (await deployed()),
    pushed === undefined ? 'deployed' : pushedKey,
  );
}

function readConfiguration(bytes: Uint8Array, where: string): Configuration {
  let content: StoredConfiguration;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnreadableConfigurationError(where, 'it is not JSON', { cause: error });
  }
  if (content.formatVersion !== FORMAT_VERSION) {
    throw new UnreadableConfigurationError(
      where,
      `it has format ${content.formatVersion}, not ${FORMAT_VERSION}`,
    );
  }
  return content.configuration;
}
