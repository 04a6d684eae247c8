/** The half of snappyjs that writes; the package has types for the whole only. */
declare module 'snappyjs/snappy_compressor.js' {
  export class SnappyCompressor {
    constructor(uncompressed: Uint8Array);
    /** Bytes that the output may take. */
    maxCompressedLength(): number;
    /** @returns the bytes written. */
    compressToBuffer(output: Uint8Array): number;
  }
}
