import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  GetTemplateCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { clientOf } from './deployed-stack.ts';

const statementSchema = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});
const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });
const policySchema = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(statementSchema) }),
});

type Template = z.infer<typeof templateSchema>;

const ATTEMPTS = 3;

/** A template is larger than one request may be, so CloudFormation is sent where it lies. */
const TEMPLATES = { Bucket: 'tidemark-test-templates', Key: 'template.json' };

/** One action on one resource that the stack allows to one of its functions. */
export interface Grant {
  /** The logical id of the policy that holds it. */
  readonly policy: string;
  readonly action: string;
  /** The resource as one text, with the logical ids of what is referred to. */
  readonly resource: string;
}

/** The permissions of a deployed stack, which can be taken away one by one. */
export class Grants {
  readonly #client: CloudFormationClient;
  readonly #objects: S3Client;
  readonly #endpoint: string;
  readonly #stackName: string;
  readonly #template: Template;

  private constructor(
    client: CloudFormationClient,
    objects: S3Client,
    endpoint: string,
    stackName: string,
    template: Template,
  ) {
    this.#client = client;
    this.#objects = objects;
    this.#endpoint = endpoint;
    this.#stackName = stackName;
    this.#template = template;
  }

  static async of(stackName: string, client: ReturnType<typeof clientOf>): Promise<Grants> {
    const cloudFormation = new CloudFormationClient(client);
    const { TemplateBody = '' } = await cloudFormation.send(
      new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
    );
    const objects = new S3Client({ ...client, forcePathStyle: true });
    await objects.send(new CreateBucketCommand({ Bucket: TEMPLATES.Bucket }));
    const template = templateSchema.parse(JSON.parse(TemplateBody));
    return new Grants(cloudFormation, objects, client.endpoint, stackName, template);
  }

  /** Those of the roles whose logical ids begin like this. */
  list(prefix: string): Grant[] {
    return Object.entries(this.#template.Resources).flatMap(([policy, { Type, Properties }]) => {
      if (Type !== 'AWS::IAM::Policy' || !policy.startsWith(prefix)) return [];
      const statements = policySchema.parse(Properties).PolicyDocument.Statement;
      return statements.flatMap(({ Action, Resource }) =>
        [Action]
          .flat()
          .flatMap((action) =>
            [Resource].flat().map((resource) => ({ policy, action, resource: textOf(resource) })),
          ),
      );
    });
  }

  /**
   * Tries something without each of the permissions of one function in turn.
   *
   * @returns those without which it goes as well, as `action resource`.
   */
  async unneeded(prefix: string, goesWell: () => Promise<boolean>): Promise<string[]> {
    const unneeded: string[] = [];
    for (const grant of this.list(prefix)) {
      if (await this.isUnneeded(grant, goesWell)) unneeded.push(`${grant.action} ${grant.resource}`);
    }
    return unneeded;
  }

  /** Some faults are only seen in the log, of which emulators lose a line now and then. */
  private async isUnneeded(grant: Grant, goesWell: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await this.deployWithout(grant);
      if (!(await goesWell())) return false;
    }
    return true;
  }

  /** Deploys the stack without one of them, or with all, and its functions again: no container remembers what it was allowed. */
  async deployWithout(missing: Grant | undefined): Promise<void> {
    const changed = structuredClone(this.#template);
    for (const { Type, Properties = {} } of Object.values(changed.Resources))
      if (Type === 'AWS::Lambda::Function') Properties.Description = randomUUID();
    if (missing !== undefined) {
      const properties = policySchema.parse(changed.Resources[missing.policy]?.Properties);
      changed.Resources[missing.policy] = {
        Type: 'AWS::IAM::Policy',
        Properties: without(properties, missing),
      };
    }
    await this.#objects.send(new PutObjectCommand({ ...TEMPLATES, Body: JSON.stringify(changed) }));
    await this.#client.send(
      new UpdateStackCommand({
        StackName: this.#stackName,
        TemplateURL: `${this.#endpoint}/${TEMPLATES.Bucket}/${TEMPLATES.Key}`,
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    await waitUntilStackUpdateComplete(
      { client: this.#client, maxWaitTime: 120, minDelay: 1, maxDelay: 1 },
      { StackName: this.#stackName },
    );
  }
}

/** A policy that allows one action on one resource less. */
function without(policy: z.infer<typeof policySchema>, { action, resource }: Grant): Record<string, unknown> {
  const Statement = policy.PolicyDocument.Statement.flatMap((statement) =>
    [statement.Action].flat().flatMap((Action) =>
      [statement.Resource]
        .flat()
        .filter((Resource) => Action !== action || textOf(Resource) !== resource)
        .map((Resource) => ({ ...statement, Action, Resource })),
    ),
  );
  return { ...policy, PolicyDocument: { ...policy.PolicyDocument, Statement } };
}

/** A value of a template as one text: `<StorageBucket.Arn>/state/*`. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(textOf).join('.');
  const [[kind, inner] = ['', '']] = Object.entries(value);
  if (kind === 'Fn::Join') return (inner[1] as unknown[]).map(textOf).join('');
  return `<${textOf(inner)}>`;
}
