import { describe, expect, it } from 'vitest';
import { NotDeployableError } from '../../lib/cdk/errors.ts';
import { synthesize } from './synthesized.ts';

const SYNTHESIS_MILLISECONDS = 60_000;

const resultsIn = (directory: string) => ({
  TIDEMARK__RESULTS: `{ kind: ndjson, directory: '${directory}' }`,
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

describe('where results and models go in a deployment', { timeout: SYNTHESIS_MILLISECONDS }, () => {
  it('lets the tick and the retraining write below the prefix in S3 that the configuration names, and nowhere else there', () => {
    const { template } = synthesize({ overrides: resultsIn('s3://lake/tidemark') });
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as Statement[],
    );
    const lake = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('lake'));
    expect(lake).toHaveLength(2);
    for (const statement of lake) {
      expect(statement).toMatchObject({ Action: ['s3:GetObject', 's3:PutObject'] });
      expect(JSON.stringify(statement.Resource)).toContain(':s3:::lake/tidemark/*');
    }
  });

  it('refuses a folder, which a function does not keep', () => {
    const deploy = () => synthesize({ overrides: resultsIn('.tidemark/results') });
    expect(deploy).toThrow(NotDeployableError);
    expect(deploy).toThrow(/results\.directory.*s3:\/\/bucket\/prefix/);
  });

  it('refuses a prefix of models, which the functions would not look below', () => {
    const models = { TIDEMARK__MODELS: '{ kind: s3, prefix: team-a/ }' };
    expect(() => synthesize({ overrides: models })).toThrow(/models\.prefix is team-a\/.*leave it out/);
  });
});
