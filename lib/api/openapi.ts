import type * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { PROBLEM_CONTENT_TYPE, type ProblemKind, problemKinds, problemSchema } from './problem.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** Problems that every route may return. */
const everywhere: readonly ProblemKind[] = ['malformed-request', 'internal-error'];
const withBody: readonly ProblemKind[] = ['content-too-large', 'unsupported-media-type'];

/** Responses of API Gateway in the same format (lib/cdk/control-api.ts). */
const ofTheGateway =
  'Refused by API Gateway: the request is not signed, or IAM does not allow it (403), or there are too many requests (429)';

/** The OpenAPI 3.1 document of all routes, generated from the schemas that check the requests. */
export function openApiDocument(version: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tidemark',
      version,
      description:
        'Models, evaluations and feedback of a Tidemark installation. Requests are signed with AWS Signature Version 4 (execute-api).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com/prod',
        description: "The stack's output ApiUrl.",
        variables: { api: { default: 'api' }, region: { default: 'eu-central-1' } },
      },
    ],
    security: [{ sigv4: [] }],
    components: {
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          name: 'Authorization',
          in: 'header',
          description: 'AWS Signature Version 4, service execute-api',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
    paths,
  });
}

function operationOf({ operationId, summary, request, success, problems }: Route): ZodOpenApiOperationObject {
  const { path, query, headers, body } = request;
  const kinds = [...everywhere, ...(body === undefined ? [] : withBody), ...problems];
  const isEmpty = (schema: z.ZodObject) => Object.keys(schema.shape).length === 0;
  return {
    operationId,
    summary,
    requestParams: {
      ...(isEmpty(path) ? {} : { path }),
      ...(isEmpty(query) ? {} : { query }),
      ...(isEmpty(headers) ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            // A missing body counts as an empty object.
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: body } },
          },
        }),
    responses: {
      [`${success.status}`]: {
        description: success.description,
        ...(success.headers === undefined ? {} : { headers: success.headers }),
        content: { 'application/json': { schema: success.schema } },
      },
      ...Object.fromEntries(
        kinds.map((kind) => [`${problemKinds[kind].status}`, problemResponse(problemKinds[kind].title)]),
      ),
      default: problemResponse(ofTheGateway),
    },
  };
}

function problemResponse(description: string): ZodOpenApiResponseObject {
  return { description, content: { [PROBLEM_CONTENT_TYPE]: { schema: problemSchema } } };
}
