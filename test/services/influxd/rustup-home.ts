import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../find.ts';

/**
 * Where rustup's tool chains are, when it would not find them by itself: it looks below the home folder, which in a
 * sandbox or under sudo is another one than it was installed in. Then they lie beside the folder that cargo is in.
 *
 * @returns undefined when nothing need be said, or nothing is known.
 */
export function rustupHome(
  environment: Readonly<Record<string, string | undefined>>,
  home: string = homedir(),
): string | undefined {
  if (environment.RUSTUP_HOME || existsSync(join(home, '.rustup', 'toolchains'))) return undefined;
  const cargo = findOnPath(['cargo'], environment.PATH);
  if (cargo === undefined) return undefined;
  const beside = join(dirname(cargo), '..', '..', '.rustup');
  return existsSync(join(beside, 'toolchains')) ? beside : undefined;
}
