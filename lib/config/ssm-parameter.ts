import * as z from 'zod/mini';
import { callAws } from './aws-call.ts';

const answerSchema = z.object({ Parameter: z.object({ Value: z.string() }) });

/**
 * The decrypted value of a parameter.
 * Source: AWS Systems Manager API Reference, GetParameter (JSON 1.1).
 *
 * @throws AwsCallError
 */
export async function parameterValue(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const answer = await callAws(
    {
      service: 'ssm',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
      body: JSON.stringify({ Name: name, WithDecryption: true }),
    },
    environment,
  );
  return answerSchema.parse(JSON.parse(answer)).Parameter.Value;
}
