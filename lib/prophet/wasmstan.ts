import type { ProphetOptimizer } from './map-optimizer.ts';

/**
 * Stan's L-BFGS compiled to WebAssembly, for non-convex problems (logistic growth, anything multiplicative).
 * Loaded on first use: most processes never need it, and it takes 2.3 MB. A bundle needs the package's two
 * .wasm files next to its entry file.
 */
export async function loadWasmstan(): Promise<ProphetOptimizer> {
  const { optimizer } = await import('@bsull/augurs-prophet-wasmstan');
  return optimizer;
}
