import type { SecretReader } from './read-secret.ts';
import type { PemReference } from './schema/secret.ts';

/** TLS beyond the public certificate authorities, as a configuration refers to it. */
export interface TlsReferences {
  readonly ca?: PemReference | undefined;
  readonly certificate?: PemReference | undefined;
  readonly key?: PemReference | undefined;
  readonly serverName?: string | undefined;
}

/** The same with certificates and keys in PEM form. */
export type TlsTexts = Readonly<Record<keyof TlsReferences, string | undefined>>;

/** @throws SecretUnavailableError when a certificate or key can't be read. */
export async function readTls(tls: TlsReferences, secrets: SecretReader): Promise<TlsTexts> {
  const [ca, certificate, key] = await Promise.all(
    [tls.ca, tls.certificate, tls.key].map((pem) => (pem === undefined ? undefined : secrets.read(pem))),
  );
  return { ca, certificate, key, serverName: tls.serverName };
}
