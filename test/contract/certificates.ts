import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A private key and the certificate for it, in PEM form, and the files that hold them. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority of one's own, made by the openssl program; its certificates are good for a day. */
export async function makeAuthority(directory: string, name: string): Promise<KeyPair> {
  return make(directory, name, ['-addext', 'basicConstraints=critical,CA:TRUE']);
}

/** A certificate that the authority signed, for a host name or as a client's. */
export async function makeCertificate(
  directory: string,
  name: string,
  authority: KeyPair,
  alternativeName: string,
): Promise<KeyPair> {
  return make(directory, name, [
    '-CA',
    authority.certificateFile,
    '-CAkey',
    authority.keyFile,
    '-addext',
    `subjectAltName=${alternativeName}`,
    '-addext',
    'basicConstraints=CA:FALSE',
  ]);
}

async function make(directory: string, name: string, more: readonly string[]): Promise<KeyPair> {
  const certificateFile = join(directory, `${name}.crt`);
  const keyFile = join(directory, `${name}.key`);
  const empty = join(directory, 'openssl.cnf');
  await writeFile(empty, '[req]\ndistinguished_name=dn\n[dn]\n');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-days', '1', '-config', empty];
  const files = ['-keyout', keyFile, '-out', certificateFile];
  await run('openssl', ['req', '-x509', ...curve, ...subject, ...files, ...more]);
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  return { certificate, key, certificateFile, keyFile };
}
