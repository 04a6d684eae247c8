import * as z from 'zod';

const secretsManager = z.strictObject({
  secretsManager: z.string().min(1).describe('The name or ARN of a secret in AWS Secrets Manager.'),
  field: z.string().min(1).optional().describe('The field, when the secret is a JSON object.'),
});
const parameter = z.strictObject({
  ssm: z.string().min(1).describe('The name of a SecureString in the SSM Parameter Store.'),
});
const variable = z.strictObject({
  env: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'letters, digits and _, not beginning with a digit')
    .describe('The name of an environment variable: for local use only, never in a deployment.'),
});
const file = z.strictObject({ file: z.string().min(1).describe('A PEM file: for local use only.') });

/** A reference to a secret; a configuration never holds the secret itself. */
export const secretSchema = z
  .union([secretsManager, parameter, variable])
  .meta({ title: 'secret reference' });

/** A certificate or key in PEM form, by reference. */
export const pemSchema = z
  .union([secretsManager, parameter, variable, file])
  .meta({ title: 'PEM reference' });

/** Where a secret, a certificate or a key is kept. */
export type PemReference = z.output<typeof pemSchema>;
