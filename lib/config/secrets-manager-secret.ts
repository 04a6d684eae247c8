import * as z from 'zod/mini';
import { callAws } from './aws-call.ts';

const answerSchema = z.object({
  SecretString: z.optional(z.string()),
  SecretBinary: z.optional(z.string()),
});

/**
 * The text of a secret; one that was stored as bytes is read as UTF-8.
 * Source: AWS Secrets Manager API Reference, GetSecretValue (JSON 1.1).
 *
 * @throws AwsCallError
 */
export async function secretText(
  id: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const answer = await callAws(
    {
      service: 'secretsmanager',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.GetSecretValue',
      },
      body: JSON.stringify({ SecretId: id }),
    },
    environment,
  );
  const { SecretString, SecretBinary } = answerSchema.parse(JSON.parse(answer));
  return SecretString ?? Buffer.from(SecretBinary ?? '', 'base64').toString('utf8');
}
