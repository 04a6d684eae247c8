import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initSync, Prophet } from '@bsull/augurs/prophet';

let isLoaded = false;

/**
 * augurs' Prophet, with its WebAssembly instantiated once per process.
 *
 * The bytes are read beside this module first, then in the installed package. A bundle (esbuild) therefore
 * needs `node_modules/@bsull/augurs/prophet_bg.wasm` copied next to its entry file; or it passes the bytes
 * itself.
 *
 * @param wasm the bytes of prophet_bg.wasm; only the first call's are used.
 */
export function loadAugurs(wasm?: Uint8Array<ArrayBuffer>): typeof Prophet {
  if (!isLoaded) {
    initSync({ module: wasm ?? new Uint8Array(readFileSync(wasmLocation())) });
    isLoaded = true;
  }
  return Prophet;
}

function wasmLocation(): URL | string {
  const beside = new URL('./prophet_bg.wasm', import.meta.url);
  if (existsSync(beside)) return beside;
  const module = createRequire(import.meta.url).resolve('@bsull/augurs/prophet');
  return module.replace(/prophet\.js$/, 'prophet_bg.wasm');
}
