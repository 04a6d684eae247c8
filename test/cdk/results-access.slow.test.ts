import { describe, expect, it } from 'vitest';
import { NotDeployableError } from '../../lib/cdk/errors.ts';
import { synthesize } from './synthesized.ts';

const resultsIn = (directory: string) => ({
  TIDEMARK__RESULTS: `{ kind: ndjson, directory: '${directory}' }`,
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

describe('where results and models go in a deployment', () => {
  it('lets those who have results write below the prefix in S3 that the configuration names, the API look alerts up, and nobody else', () => {
    const { template } = synthesize({ overrides: resultsIn('s3://lake/tidemark') });
    const lake = Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(([id, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[])
        .filter(({ Resource }) => JSON.stringify(Resource).includes('lake'))
        .map((statement) => ({ id, ...statement, Resource: JSON.stringify(statement.Resource) })),
    );
    const writing = lake.filter(({ Action }) => JSON.stringify(Action).includes('s3:PutObject'));
    expect(writing.map(({ id }) => id.replace(/Role.*/, '')).toSorted()).toEqual([
      'CollectAndDetectTick',
      'EvaluationsStep',
      'RetrainStep',
    ]);
    for (const statement of writing) {
      expect(statement).toMatchObject({ Action: ['s3:GetObject', 's3:PutObject'] });
      expect(statement.Resource).toContain(':s3:::lake/tidemark/*');
    }
    const reading = lake.filter((statement) => !writing.includes(statement));
    expect(reading.map(({ id, Action }) => [id.replace(/Role.*/, ''), Action])).toEqual([
      ['ApiHandler', 's3:GetObject'],
      ['ApiHandler', 's3:ListBucket'],
    ]);
  });

  it('lets the same functions write copies below their own prefix, and the API read none', () => {
    const copies = "{ lake: { kind: ndjson, directory: 's3://lake/copy' } }";
    const { template } = synthesize({ overrides: { TIDEMARK__RESULT_COPIES: copies } });
    const lake = Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(([id, { Properties }]) =>
      (Properties.PolicyDocument.Statement as Statement[])
        .filter(({ Resource }) => JSON.stringify(Resource).includes(':s3:::lake/copy/*'))
        .map(({ Action }) => [id.replace(/Role.*/, ''), Action]),
    );
    const readAndWrite = ['s3:GetObject', 's3:PutObject'];
    expect(lake.toSorted()).toEqual([
      ['CollectAndDetectTick', readAndWrite],
      ['EvaluationsStep', readAndWrite],
      ['RetrainStep', readAndWrite],
    ]);
    const folder = { TIDEMARK__RESULT_COPIES: '{ lake: { kind: ndjson, directory: results } }' };
    expect(() => synthesize({ overrides: folder })).toThrow(/resultCopies\.lake\.directory/);
  });

  it('refuses a folder, which a function does not keep', () => {
    const deploy = () => synthesize({ overrides: resultsIn('.tidemark/results') });
    expect(deploy).toThrow(NotDeployableError);
    expect(deploy).toThrow(/results\.directory.*s3:\/\/bucket\/prefix/);
  });

  it('refuses a prefix of models, which the functions would not look below', () => {
    const models = { TIDEMARK__MODELS: '{ kind: s3, prefix: team-a/ }' };
    expect(() => synthesize({ overrides: models })).toThrow(/models\.prefix is team-a\/.*remove it/);
  });

  it.each(['{ kind: csv, path: history.csv }', '{ kind: manual }'])(
    'refuses the source %s, which reads what functions do not have',
    (source) => {
      const overrides = { TIDEMARK__SOURCE: source };
      expect(() => synthesize({ overrides })).toThrow(/source\.kind is (csv|manual).*write prometheus/);
    },
  );
});
