import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of the AWS Solutions rules for one construct and all below it, each with its reason.
 *
 * @param reasons by the rule's short name, such as `S1` or `IAM5[Resource::*]`.
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  const rules = Object.entries(reasons).map(([rule, reason]) => ({
    id: `AwsSolutions::AwsSolutions-${rule}`,
    reason,
  }));
  Validations.of(construct).acknowledge(...rules);
}

/** The checker's name for a permission on all objects below a prefix of a bucket. */
export function objectsBelow(bucket: Bucket, prefix: string): string {
  const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
  return `IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`;
}

/** The checker's name for a permission to call any version of a function. */
export function functionVersions(handler: IFunction): string {
  const logicalId = Stack.of(handler).getLogicalId(handler.node.defaultChild as CfnElement);
  return `IAM5[Resource::<${logicalId}.Arn>:*]`;
}

/** A value that CloudFormation fills into a text. */
type Reference =
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Select': readonly [number, object] };

/** The checker's name for a permission on an ARN with a wildcard. */
export function permissionOn(stack: Stack, arn: string): string {
  const resolved: string | { 'Fn::Join': [string, (string | Reference)[]] } = stack.resolve(arn);
  const parts = typeof resolved === 'string' ? [resolved] : resolved['Fn::Join'][1];
  return `IAM5[Resource::${parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('')}]`;
}

function nameOf(reference: Reference): string {
  if ('Ref' in reference) return `<${reference.Ref}>`;
  return 'Fn::GetAtt' in reference ? `<${reference['Fn::GetAtt'].join('.')}>` : JSON.stringify(reference);
}
