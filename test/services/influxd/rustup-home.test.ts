import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rustupHome } from './rustup-home.ts';

let installed: string;
let home: string;
beforeEach(() => {
  installed = mkdtempSync(join(tmpdir(), 'tidemark-installed-'));
  home = mkdtempSync(join(tmpdir(), 'tidemark-home-'));
  mkdirSync(join(installed, '.cargo/bin'), { recursive: true });
  mkdirSync(join(installed, '.rustup/toolchains'), { recursive: true });
  writeFileSync(join(installed, '.cargo/bin/cargo'), '#!/bin/sh\n');
  chmodSync(join(installed, '.cargo/bin/cargo'), 0o755);
});
afterEach(() => {
  for (const folder of [installed, home]) rmSync(folder, { recursive: true, force: true });
});

const path = () => ({ PATH: join(installed, '.cargo/bin') });

describe('rustupHome', () => {
  it('finds the tool chains beside cargo when the home folder has none', () => {
    expect(rustupHome(path(), home)).toBe(join(installed, '.rustup'));
  });

  it('says nothing when the home folder has them, or the environment names them', () => {
    expect(rustupHome(path(), installed)).toBeUndefined();
    expect(rustupHome({ ...path(), RUSTUP_HOME: '/elsewhere' }, home)).toBeUndefined();
  });

  it('says nothing when there is no cargo, or one without rustup', () => {
    expect(rustupHome({ PATH: home }, home)).toBeUndefined();
    rmSync(join(installed, '.rustup'), { recursive: true });
    expect(rustupHome(path(), home)).toBeUndefined();
  });
});
