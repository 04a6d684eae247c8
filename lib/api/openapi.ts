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

/** What any request may come to, whatever its route. */
const everywhere: readonly ProblemKind[] = ['malformed-request', 'internal-error'];
const withBody: readonly ProblemKind[] = ['content-too-large', 'unsupported-media-type'];

/** What lib/cdk/control-api.ts has API Gateway answer in the same form. */
const ofTheGateway =
  'API Gateway did not hand the request on: it is not signed, or IAM does not let you in (403), or there are too many (429)';

/** The OpenAPI 3.1 document of all routes: made of the very schemas that check the requests. */
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
        'Models, evaluations and feedback of a Tidemark installation. Requests are signed by AWS Signature Version 4 (execute-api).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: 'https://{api}.execute-api.{region}.amazonaws.com/prod',
        description: 'The stack names it in its output ApiUrl.',
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
            // One that is left out counts as an empty object.
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
