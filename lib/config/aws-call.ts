import { setTimeout as pause } from 'node:timers/promises';
import { environmentKeys, environmentRegion, signedHeaders } from './aws-signer.ts';
import { AwsCallError } from './errors.ts';

/** One call of an AWS service's API. */
export interface AwsCall {
  /** As in the host name and in signatures: `ssm`, `secretsmanager`, `sts`. */
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Defaults to the region of the environment. */
  readonly region?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The endpoint that the environment sets, as for the SDK (`AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`);
 * otherwise the AWS endpoint.
 */
function endpointOf(service: string, variable: string, region: string, environment: Environment): URL {
  const own = environment[`AWS_ENDPOINT_URL_${variable}`] ?? environment.AWS_ENDPOINT_URL;
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(own ?? `https://${service}.${region}.${domain}`);
}

/** As the SDK spells them in the environment. */
const ENDPOINT_VARIABLES: Readonly<Record<string, string>> = {
  ssm: 'SSM',
  secretsmanager: 'SECRETS_MANAGER',
  sts: 'STS',
};

const TIMEOUT_MILLISECONDS = 5000;
const ATTEMPTS = 3;
const FIRST_PAUSE_MILLISECONDS = 100;

/**
 * Sends a signed request without the service's SDK client: two clients would be a third of the scheduled
 * function's bundle. Retries on 5xx, 429 and no response.
 *
 * @returns the body of the response.
 * @throws AwsCallError when the service refuses or is unreachable.
 */
export async function callAws(call: AwsCall, environment: Environment): Promise<string> {
  const region = call.region ?? environmentRegion(environment);
  const url = endpointOf(call.service, ENDPOINT_VARIABLES[call.service] ?? '', region, environment);
  const scope = { service: call.service, region, keys: environmentKeys };
  for (let attempt = 1; ; attempt += 1) {
    const headers = await signedHeaders({ url, headers: call.headers, body: call.body }, scope, new Date());
    try {
      return await post(url, headers, call.body);
    } catch (error) {
      const mayRetry = !(error instanceof AwsCallError) || error.status >= 500 || error.status === 429;
      if (mayRetry && attempt < ATTEMPTS) {
        await pause(Math.random() * FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
        continue;
      }
      if (error instanceof AwsCallError) throw error;
      throw new AwsCallError(url.host, 0, reasonOf(error), { cause: error });
    }
  }
}

async function post(url: URL, headers: Record<string, string>, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new AwsCallError(url.host, response.status, text.slice(0, 300));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
