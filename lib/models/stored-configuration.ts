import { createHash } from 'node:crypto';
import type { Configuration } from '../config/schema.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { UnreadableConfigurationError } from './errors.ts';

/** Raised when a program can no longer read what an older one wrote. */
const FORMAT_VERSION = 1;

interface StoredConfiguration {
  readonly formatVersion: number;
  readonly configuration: Configuration;
}

/** The resolved configuration as the functions read it: validated when it was written, so that reading needs no schema. */
export function configurationBytes(configuration: Configuration): Uint8Array {
  const stored: StoredConfiguration = { formatVersion: FORMAT_VERSION, configuration };
  return new TextEncoder().encode(`${JSON.stringify(stored, null, 1)}\n`);
}

/**
 * Where a configuration lies that is pushed while `deployed` is deployed: another place for each, so that a deployment
 * of a changed configuration takes over from what was pushed before it.
 */
export function pushedConfigurationKey(deployed: Uint8Array): string {
  return `config/since-${createHash('sha256').update(deployed).digest('hex').slice(0, 16)}.json`;
}

/**
 * The configuration in force: the pushed one when there is one, else the deployed one.
 *
 * @throws UnreadableConfigurationError when it is none that this program can run by.
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
