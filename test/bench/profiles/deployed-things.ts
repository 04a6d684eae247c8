import { synthesize } from '../../cdk/synthesized.ts';

interface Lifecycle {
  readonly LifecycleConfiguration: {
    readonly Rules: readonly {
      readonly Prefix?: string;
      readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
    }[];
  };
}

/** What is paid by the month, counted in the stack of the shipped configuration. */
export function deployedThings() {
  const { template } = synthesize();
  const count = (type: string) => Object.keys(template.findResources(type)).length;
  const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
  const { LifecycleConfiguration }: Lifecycle = bucket!.Properties;
  const { Rules } = LifecycleConfiguration;
  const forStates = Rules.filter(({ Prefix = '' }) => 'state/shard-0.cbor'.startsWith(Prefix));
  const days = forStates.flatMap((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays ?? []);
  const statements = JSON.stringify(template.findResources('AWS::IAM::Policy'));
  return {
    stateVersionDays: Math.min(...days),
    alarms: count('AWS::CloudWatch::Alarm'),
    keys: count('AWS::KMS::Key'),
    secrets: new Set(statements.match(/:secret:[^"]+/g)).size,
  };
}
