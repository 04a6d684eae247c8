import { Annotations, Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PemReference } from '../config/schema/secret.ts';
import type { Configuration } from '../config/schema.ts';
import { secretReferences } from '../config/secret-references.ts';
import { acknowledge, permissionOn } from './acknowledge.ts';
import { SecretOutOfReachError } from './errors.ts';

/** The parts of the configuration that name the servers of one function. */
export type Servers = Partial<Pick<Configuration, 'source' | 'results' | 'resultCopies' | 'alerts'>>;

type Auth = NonNullable<Configuration['alerts']['alertmanager']>['auth'];

/** The service name of Amazon Managed Prometheus in signatures. */
const MANAGED_PROMETHEUS = 'aps';

/**
 * Allows a function to reach its servers, and no others: to read their passwords, tokens and certificates,
 * and to sign requests to Amazon Managed Prometheus, directly or as the configured role.
 *
 * @param secretKeyArns customer managed keys that encrypt the secrets; none for AWS managed keys.
 * @throws SecretOutOfReachError when functions cannot read a secret.
 */
export function grantServerAccess(
  handler: IFunction,
  servers: Servers,
  secretKeyArns: readonly string[],
): void {
  grantSecrets(handler, secretReferences(servers), secretKeyArns);
  const { source, results, resultCopies = {}, alerts } = servers;
  if (source?.kind === 'prometheus')
    grantSignedRequests(handler, { ...source, action: 'aps:QueryMetrics', key: 'source.auth' });
  if (results !== undefined) grantSignedWrites(handler, results, 'results');
  for (const [name, copy] of Object.entries(resultCopies))
    grantSignedWrites(handler, copy, `resultCopies.${name}`);
  if (alerts?.alertmanager !== undefined)
    grantSignedRequests(handler, {
      ...alerts.alertmanager,
      action: 'aps:CreateAlertManagerAlerts',
      key: 'alerts.alertmanager.auth',
    });
}

function grantSecrets(
  handler: IFunction,
  references: readonly PemReference[],
  secretKeyArns: readonly string[],
): void {
  const stack = Stack.of(handler);
  const secrets = new Set<string>();
  const parameters = new Set<string>();
  for (const reference of references) {
    if ('secretsManager' in reference)
      for (const arn of secretArns(stack, reference.secretsManager)) secrets.add(arn);
    else if ('ssm' in reference) parameters.add(parameterArn(stack, reference.ssm));
    else throw new SecretOutOfReachError(reference);
  }
  if (secrets.size > 0) allow(handler, 'secretsmanager:GetSecretValue', [...secrets]);
  if (parameters.size > 0) allow(handler, 'ssm:GetParameter', [...parameters]);
  if (secretKeyArns.length > 0 && secrets.size + parameters.size > 0) {
    const { region, urlSuffix } = stack;
    allow(handler, 'kms:Decrypt', secretKeyArns, {
      StringEquals: {
        'kms:ViaService': [`secretsmanager.${region}.${urlSuffix}`, `ssm.${region}.${urlSuffix}`],
      },
    });
  }
}

/**
 * Secrets Manager appends a hyphen and six characters to a name; an ARN is often written without them. When
 * the last word of the name looks like them (`influx-tokens`), both forms are allowed.
 */
function secretArns(stack: Stack, nameOrArn: string): readonly string[] {
  if (nameOrArn.startsWith('arn:')) {
    const suffix = /-([A-Za-z0-9]{6})$/.exec(nameOrArn)?.[1];
    const withSuffix = `${nameOrArn}-??????`;
    if (suffix === undefined) return [withSuffix];
    return /^[a-z]+$/.test(suffix) ? [nameOrArn, withSuffix] : [nameOrArn];
  }
  const arn = Arn.format(
    {
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${nameOrArn}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    stack,
  );
  return [arn];
}

/** A version or label after the name (`name:3`) selects a value; permissions apply to the whole parameter. */
function parameterArn(stack: Stack, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn.replace(/(:parameter\/[^:]+):.+$/, '$1');
  const name = nameOrArn.replace(/:.*$/, '').replace(/^\//, '');
  return Arn.format({ service: 'ssm', resource: 'parameter', resourceName: name }, stack);
}

function grantSignedWrites(handler: IFunction, results: Configuration['results'], section: string): void {
  if (results.kind !== 'prometheus-remote-write') return;
  grantSignedRequests(handler, { ...results, action: 'aps:RemoteWrite', key: `${section}.auth` });
}

function grantSignedRequests(
  handler: IFunction,
  {
    url,
    auth,
    action,
    key,
  }: { readonly url: string; readonly auth: Auth; readonly action: string; readonly key: string },
): void {
  if (auth.kind !== 'sigv4') return;
  // The assumed role has the permissions of its own account.
  if (auth.roleArn !== undefined) allow(handler, 'sts:AssumeRole', [auth.roleArn]);
  else if (auth.service === MANAGED_PROMETHEUS)
    allow(handler, action, [workspaceArn(handler, url, auth.region)]);
  else
    Annotations.of(handler).addWarningV2(
      `tidemark:${key}`,
      `${key} signs for "${auth.service}": grant the function's role the permissions for that service, or name a role in ${key}.roleArn`,
    );
}

/** The workspace in the address, or any of the account when the address is that of a proxy. */
function workspaceArn(handler: IFunction, url: string, region: string | undefined): string {
  const workspace = /\/workspaces\/(ws-[\w-]+)/.exec(url)?.[1] ?? '*';
  const arn = Arn.format(
    {
      service: 'aps',
      resource: 'workspace',
      resourceName: workspace,
      ...(region === undefined ? {} : { region }),
    },
    Stack.of(handler),
  );
  if (workspace === '*')
    acknowledge(handler.role ?? handler, {
      [permissionOn(Stack.of(handler), arn)]: 'The address of the server does not name its workspace',
    });
  return arn;
}

function allow(
  handler: IFunction,
  action: string,
  resources: readonly string[],
  conditions: Readonly<Record<string, unknown>> = {},
): void {
  handler.addToRolePolicy(
    new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources: [...resources], conditions }),
  );
}
