import { describe, expect, it } from 'vitest';
import { synthesize } from './synthesized.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const ACCOUNT = 'arn:<AWS::Partition>:<service>:<AWS::Region>:<AWS::AccountId>';
const WORKSPACE = 'https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1a2b';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::210987654321:role/reader';

/** A resource as one text, `<AWS::Region>` in the place of what CloudFormation fills in. */
function textOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [[kind, value]] = Object.entries(resource as object) as [[string, unknown]];
  if (kind === 'Fn::Join') return (value as [string, unknown[]])[1].map(textOf).join('');
  return `<${String(value)}>`;
}

/** What the configuration lets the functions do, by action: the resources, each as one text. */
function permissions(overrides: Readonly<Record<string, string>>) {
  const { template, warnings } = synthesize({ overrides });
  const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
  );
  const allowed = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
  return {
    // Several functions may do the same.
    resources: (action: string) => [
      ...new Set(allowed(action).flatMap(({ Resource }) => [Resource].flat().map(textOf))),
    ],
    condition: (action: string) => allowed(action)[0]?.Condition,
    warnings: [...new Set(warnings)],
  };
}

const of = (service: string) => ACCOUNT.replace('<service>', service);
const sigv4 = { TIDEMARK__SOURCE__AUTH__KIND: 'sigv4' };

describe('a function may read the secrets that the configuration names', () => {
  it('by name, and no other ones', () => {
    const { resources } = permissions({});
    expect(resources('secretsmanager:GetSecretValue')).toEqual([
      `${of('secretsmanager')}:secret:tidemark/influxdb-??????`,
    ]);
    for (const action of ['ssm:GetParameter', 'kms:Decrypt', 'sts:AssumeRole', 'aps:QueryMetrics'])
      expect(resources(action), action).toEqual([]);
  });

  it('by ARN, whether it ends with the characters of Secrets Manager or not', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:influx';
    for (const written of [arn, `${arn}-a1B2c3`]) {
      const { resources } = permissions({ TIDEMARK__RESULTS__TOKEN__SECRETS_MANAGER: written });
      expect(resources('secretsmanager:GetSecretValue')).toEqual([
        written === arn ? `${arn}-??????` : written,
      ]);
    }
  });

  it('by ARN, when the last word of its name looks like the characters of Secrets Manager', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:influx-tokens';
    const { resources } = permissions({ TIDEMARK__RESULTS__TOKEN__SECRETS_MANAGER: arn });
    expect(resources('secretsmanager:GetSecretValue').toSorted()).toEqual([arn, `${arn}-??????`]);
  });

  it.each([
    ['/tidemark/influx', `${of('ssm')}:parameter/tidemark/influx`],
    ['influx', `${of('ssm')}:parameter/influx`],
    ['/tidemark/influx:3', `${of('ssm')}:parameter/tidemark/influx`],
    [
      'arn:aws:ssm:eu-central-1:123456789012:parameter/influx:3',
      'arn:aws:ssm:eu-central-1:123456789012:parameter/influx',
    ],
  ])('in the Parameter Store: %s', (written, granted) => {
    const { resources } = permissions({ TIDEMARK__RESULTS__TOKEN__SSM: written });
    expect(resources('ssm:GetParameter')).toEqual([granted]);
    expect(resources('secretsmanager:GetSecretValue')).toEqual([]);
  });

  it('for signing in to Prometheus and Alertmanager', () => {
    const { resources } = permissions({
      TIDEMARK__SOURCE__AUTH__KIND: 'basic',
      TIDEMARK__SOURCE__AUTH__USERNAME: 'tidemark',
      TIDEMARK__SOURCE__AUTH__PASSWORD__SECRETS_MANAGER: 'prometheus',
      TIDEMARK__SOURCE__TLS__CA__SSM: '/tidemark/ca',
      TIDEMARK__ALERTS__ALERTMANAGER__URL: 'https://alerts.example.org',
      TIDEMARK__ALERTS__ALERTMANAGER__AUTH__KIND: 'bearer',
      TIDEMARK__ALERTS__ALERTMANAGER__AUTH__TOKEN__SECRETS_MANAGER: 'alertmanager',
      TIDEMARK__ALERTS__ALERTMANAGER__LABELS: '{ ssm: a-word-of-the-user, env: production }',
    });
    expect(resources('secretsmanager:GetSecretValue').toSorted()).toEqual(
      ['alertmanager', 'prometheus', 'tidemark/influxdb'].map(
        (name) => `${of('secretsmanager')}:secret:${name}-??????`,
      ),
    );
    expect(resources('ssm:GetParameter')).toEqual([`${of('ssm')}:parameter/tidemark/ca`]);
  });

  it('with the customer managed keys that encrypt them, through their services alone', () => {
    const { resources, condition } = permissions({ TIDEMARK__FUNCTIONS__SECRET_KEYS: `[${KEY}]` });
    expect(resources('kms:Decrypt')).toEqual([KEY]);
    const { StringEquals } = condition('kms:Decrypt') as { StringEquals: Record<string, unknown[]> };
    expect(StringEquals['kms:ViaService']?.map(textOf)).toEqual([
      'secretsmanager.<AWS::Region>.<AWS::URLSuffix>',
      'ssm.<AWS::Region>.<AWS::URLSuffix>',
    ]);
  });

  it('but not where only one machine has them, which is said before anything is deployed', () => {
    expect(() => permissions({ TIDEMARK__RESULTS__TOKEN__ENV: 'INFLUXDB_TOKEN' })).toThrow(
      /secret {"env":"INFLUXDB_TOKEN"}, which deployed functions cannot read: put it into Secrets Manager/,
    );
  });
});

describe('a function may sign requests', () => {
  it('to query the workspace of Amazon Managed Prometheus that the address names', () => {
    const { resources, warnings } = permissions({
      ...sigv4,
      TIDEMARK__SOURCE__URL: WORKSPACE,
      TIDEMARK__SOURCE__AUTH__REGION: 'eu-central-1',
    });
    expect(resources('aps:QueryMetrics')).toEqual([
      'arn:<AWS::Partition>:aps:eu-central-1:<AWS::AccountId>:workspace/ws-1a2b',
    ]);
    expect(resources('aps:CreateAlertManagerAlerts')).toEqual([]);
    expect(resources('sts:AssumeRole')).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('to query any workspace of the account where a proxy stands before it', () => {
    const { resources } = permissions({ ...sigv4, TIDEMARK__SOURCE__URL: 'https://metrics.example.org' });
    expect(resources('aps:QueryMetrics')).toEqual([`${of('aps')}:workspace/*`]);
  });

  it('as the role that the configuration names, which then needs the permission itself', () => {
    const { resources } = permissions({
      ...sigv4,
      TIDEMARK__SOURCE__URL: WORKSPACE,
      TIDEMARK__SOURCE__AUTH__ROLE_ARN: ROLE,
    });
    expect(resources('sts:AssumeRole')).toEqual([ROLE]);
    expect(resources('aps:QueryMetrics')).toEqual([]);
  });

  it('to raise alerts at the Alertmanager of a workspace, and to query nothing', () => {
    const { resources } = permissions({
      TIDEMARK__ALERTS__ALERTMANAGER__URL: `${WORKSPACE}/alertmanager`,
      TIDEMARK__ALERTS__ALERTMANAGER__AUTH__KIND: 'sigv4',
    });
    expect(resources('aps:CreateAlertManagerAlerts')).toEqual([`${of('aps')}:workspace/ws-1a2b`]);
    expect(resources('aps:QueryMetrics')).toEqual([]);
  });

  it('to write results to a workspace, without any InfluxDB and its secret', () => {
    const { resources, warnings } = permissions({
      TIDEMARK__RESULTS__KIND: 'prometheus-remote-write',
      TIDEMARK__RESULTS__URL: `${WORKSPACE}/api/v1/remote_write`,
      TIDEMARK__RESULTS__AUTH__KIND: 'sigv4',
    });
    expect(resources('aps:RemoteWrite')).toEqual([`${of('aps')}:workspace/ws-1a2b`]);
    expect(resources('secretsmanager:GetSecretValue')).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it('to write copies of the results, and to read their secrets', () => {
    const { resources } = permissions({
      TIDEMARK__RESULT_COPIES: `{ aps: { kind: prometheus-remote-write, url: '${WORKSPACE}/api/v1/remote_write', auth: { kind: sigv4 } }, cloud: { kind: influxdb, url: 'https://influx.example', bucket: copy, token: { secretsManager: copy-token } } }`,
    });
    expect(resources('aps:RemoteWrite')).toEqual([`${of('aps')}:workspace/ws-1a2b`]);
    expect(JSON.stringify(resources('secretsmanager:GetSecretValue'))).toContain('copy-token');
  });

  it('for another service only as its owner allows, which a warning says', () => {
    const { resources, warnings } = permissions({
      ...sigv4,
      TIDEMARK__SOURCE__AUTH__SERVICE: 'execute-api',
    });
    expect(resources('aps:QueryMetrics')).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('source.auth signs for "execute-api"')]);
  });
});
