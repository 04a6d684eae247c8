import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** The text of a secret. A file of its own, so that only what is used of the SDK is bundled and loaded. */
export async function secretText(id: string): Promise<string> {
  const answer = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: id }));
  return answer.SecretString ?? '';
}
