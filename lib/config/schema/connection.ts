import * as z from 'zod';
import { section, text } from './fields.ts';
import { refuse } from './rule.ts';
import { pemSchema, secretSchema } from './secret.ts';

/** How requests to a server are authenticated. */
export const authSchema = z.discriminatedUnion('kind', [
  section({ kind: z.literal('none').describe('No authentication.') }),
  section({
    kind: z.literal('basic').describe('HTTP basic authentication.'),
    username: text('The user name.'),
    password: secretSchema.describe('The password, as a reference.'),
  }),
  section({
    kind: z.literal('bearer').describe('A bearer token.'),
    token: secretSchema.describe('The token, as a reference.'),
  }),
  section({
    kind: z.literal('sigv4').describe('AWS Signature Version 4, which Amazon Managed Prometheus requires.'),
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1')
      .optional()
      .describe('The AWS region; by default that of the function.'),
    service: text('The name of the service in the signature.').default('aps'),
    roleArn: z
      .string()
      .regex(
        /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/,
        'a role ARN such as arn:aws:iam::123456789012:role/reader',
      )
      .optional()
      .describe('A role to assume first, for a workspace in another account.'),
  }),
]);

/** TLS with your own certificate authority or client certificate. */
export const tlsSchema = section({
  ca: pemSchema.optional().describe('The certificate authority that signed the server certificate.'),
  certificate: pemSchema.optional().describe('The client certificate; it needs its key.'),
  key: pemSchema.optional().describe('The private key of the client certificate.'),
  serverName: text('The name in the server certificate, when it differs from that of the url.').optional(),
}).superRefine((tls, context) => {
  const alone = tls.certificate === undefined ? 'key' : 'certificate';
  if ((tls.certificate === undefined) === (tls.key === undefined)) return;
  const missing = alone === 'key' ? 'certificate' : 'key';
  refuse(context, {
    path: [alone],
    message: `needs its ${missing}`,
    suggestion: `add tls.${missing}, or remove ${alone}`,
  });
});

/** Headers by name, without those that carry a secret. */
export function headersSchema(authKey: string) {
  return z.record(z.string(), z.string()).superRefine((headers, context) => {
    for (const name of Object.keys(headers)) {
      if (!/^authorization$|^cookie$|token|secret|api-?key/i.test(name)) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'has a secret as text',
        params: { suggestion: `use ${authKey}, whose secrets are references` },
      });
    }
  });
}
