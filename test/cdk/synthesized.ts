import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CliCredentialsStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { TidemarkStack } from '../../lib/cdk/tidemark-stack.ts';
import { loadConfiguration } from '../../lib/config/load.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

export interface Acknowledgement {
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

/** A stack as it would be deployed, checked by the rules of AwsSolutions. */
export interface Synthesized {
  readonly template: Template;
  /** The rules that somebody accepted, each with where and why. */
  readonly acknowledged: readonly Acknowledgement[];
  /** What the deploying person is warned of. */
  readonly warnings: readonly string[];
}

export interface SynthesisOptions {
  readonly isLocal?: boolean;
  /** Overrides of the shipped configuration, as TIDEMARK__SECTION__KEY. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Another profile than the shipped configuration extends. */
  readonly profile?: string | undefined;
}

/**
 * Synthesizes the stack of the shipped configuration without bundling its functions.
 *
 * @throws what the rules find.
 */
export function synthesize({ isLocal = false, overrides = {}, profile }: SynthesisOptions = {}): Synthesized {
  const scratch = mkdtempSync(join(tmpdir(), 'tidemark-synth-'));
  try {
    const { context } = JSON.parse(readFileSync(join(REPOSITORY, 'cdk.json'), 'utf8'));
    const app = new App({
      outdir: join(scratch, 'cdk.out'),
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
    });
    const { configuration } = loadConfiguration({
      file: join(REPOSITORY, 'config/config.yaml'),
      environment: overrides,
      profile,
    });
    const configurationFile = join(scratch, 'configuration.json');
    writeFileSync(configurationFile, '{}');
    const stack = new TidemarkStack(app, configuration.name, {
      configuration,
      configurationFile,
      configurationKey: 'config/since-0123456789abcdef.json',
      isLocal,
      ...(isLocal ? { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer } : {}),
    });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
    const acknowledged = stack.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) =>
          Object.entries(data as Record<string, string>).map(([id, reason]) => ({
            path: node.path,
            id,
            reason,
          })),
        ),
    );
    const warnings = Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
    return { template: Template.fromStack(stack), acknowledged, warnings };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The definition of a construct's state machine, its references filled in. */
export function definitionOf<Machine>({ template }: Synthesized, construct: string): Machine {
  const [machine] = Object.entries(template.findResources('AWS::StepFunctions::StateMachine'))
    .filter(([id]) => id.startsWith(construct))
    .map(([, { Properties }]) => Properties);
  const { 'Fn::Join': join } = machine.DefinitionString as { 'Fn::Join': [string, unknown[]] };
  const parts = join[1].map((part) =>
    typeof part === 'string' ? part : 'arn:aws:lambda:eu-central-1:000000000000:function:step',
  );
  return JSON.parse(parts.join(''));
}
