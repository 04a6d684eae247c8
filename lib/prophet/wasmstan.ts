import type { ProphetOptimizer } from './map-optimizer.ts';

/**
 * Stan's L-BFGS compiled to WebAssembly, for what is not convex (logistic growth, anything multiplicative). It is loaded
 * when it is first needed: most processes never do, and it weighs 2.3 MB. A bundle needs the package's two .wasm files
 * next to its entry file.
 */
export async function loadWasmstan(): Promise<ProphetOptimizer> {
  const { optimizer } = await import('@bsull/augurs-prophet-wasmstan');
  return optimizer;
}
