import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../lib/api/openapi.ts';
import { routes } from '../../lib/api/routes.ts';
import packageJson from '../../package.json' with { type: 'json' };

const committed: Record<string, unknown> = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
);

describe('docs/openapi.json', () => {
  it('is the document of the routes (run npm run schema when it is not)', () => {
    expect(committed).toEqual(JSON.parse(JSON.stringify(openApiDocument(packageJson.version))));
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(committed))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('asks for a body where one that is left out would be refused', () => {
    const paths = committed.paths as Record<string, Record<string, { requestBody?: { required: boolean } }>>;
    const required = Object.entries(paths).flatMap(([path, { post }]) =>
      post?.requestBody === undefined ? [] : [[path, post.requestBody.required]],
    );
    expect(Object.fromEntries(required)).toEqual({
      '/retrain': false,
      '/models/{metric}/rollback': false,
      '/evaluate': true,
      '/alerts/{id}/feedback': true,
    });
  });

  it('says that API Gateway answers by itself, in the form of all problems', () => {
    const paths = committed.paths as Record<string, Record<string, { responses: Record<string, unknown> }>>;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    for (const { responses } of operations)
      expect(responses.default).toMatchObject({
        description: expect.stringMatching(/not signed.*403.*429/),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      });
  });

  it('names every route once, each with an id of its own', () => {
    const paths = committed.paths as Record<string, Record<string, { operationId: string }>>;
    const written = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`,
      ),
    );
    expect(written).toEqual(
      routes.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`),
    );
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });
});
