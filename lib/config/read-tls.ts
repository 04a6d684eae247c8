import type { SecretReader } from './read-secret.ts';
import type { PemReference } from './schema/secret.ts';

/** TLS settings of a configuration: own certificate authorities and client certificates. */
export interface TlsReferences {
  readonly ca?: PemReference | undefined;
  readonly certificate?: PemReference | undefined;
  readonly key?: PemReference | undefined;
  readonly serverName?: string | undefined;
}

/** The same with certificates and keys in PEM form. */
export type TlsTexts = Readonly<Record<keyof TlsReferences, string | undefined>>;

/** @throws SecretUnavailableError when a certificate or key cannot be read. */
export async function readTls(tls: TlsReferences, secrets: SecretReader): Promise<TlsTexts> {
  const [ca, certificate, key] = await Promise.all(
    [tls.ca, tls.certificate, tls.key].map((pem) => (pem === undefined ? undefined : secrets.read(pem))),
  );
  return { ca, certificate, key, serverName: tls.serverName };
}
