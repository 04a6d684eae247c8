import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

/** The decrypted value of a parameter. A file of its own, so that only what is used of the SDK is bundled and loaded. */
export async function parameterValue(name: string): Promise<string> {
  const answer = await new SSMClient({}).send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  return answer.Parameter?.Value ?? '';
}
