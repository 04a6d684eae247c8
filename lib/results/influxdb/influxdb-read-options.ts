import type { TlsSettings } from '../../connections/http-transport.ts';

/** How to read one bucket of an InfluxDB 2. */
export interface InfluxDbReadOptions {
  readonly url: string;
  readonly organization: string;
  readonly bucket: string;
  /** A token that may read the bucket. */
  readonly token: string;
  /** Timeout of one query. */
  readonly timeoutMilliseconds: number;
  readonly tls?: TlsSettings;
}
