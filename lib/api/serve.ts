import httpRouterHandler from '@middy/http-router';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { ApiServices } from '../pipeline/api-services.ts';
import type { Logger } from '../telemetry/logger.ts';
import { knownProblem } from './known-problem.ts';
import { PROBLEM_CONTENT_TYPE, ProblemError, problemKinds, problemOf } from './problem.ts';
import { readRequest } from './read-request.ts';
import type { ApiAnswer, Route } from './route.ts';
import { routes } from './routes.ts';

/**
 * Answers one request of API Gateway. Never throws: errors are returned as problems.
 *
 * @param open wires the use cases, once per request, so that a failure to wire them is answered like any
 * other.
 */
export function apiHandler(
  open: (context: Context) => Promise<ApiServices>,
  logger: Logger,
): (
  event: APIGatewayProxyEvent,
  context: Context,
  options: { readonly signal: AbortSignal },
) => Promise<APIGatewayProxyResult> {
  const route = httpRouterHandler<APIGatewayProxyEvent, APIGatewayProxyResult>({
    routes: routes.map(({ method, path, answer }) => ({
      method,
      path,
      handler: async (event: APIGatewayProxyEvent, context: Context) =>
        resultOf(await answer(readRequest(event), await open(context))),
    })),
    notFoundResponse: ({ path }) => {
      throw noRouteProblem(path, routes);
    },
  });
  return async (event, context, options) => {
    try {
      const result = await route(event, context, options);
      if (result === undefined) throw new TypeError('The route returned no response');
      return result;
    } catch (error) {
      const problem = knownProblem(error);
      const { status } = problemKinds[problem.kind];
      const fields = { status, path: event.path, error: status === 500 ? error : problem.message };
      if (status === 500) logger.error('A request could not be answered', fields);
      else logger.info('A request was refused', fields);
      const body = problemOf(problem, context.awsRequestId);
      return resultOf({
        status,
        body,
        headers: { ...problem.details.headers, 'content-type': PROBLEM_CONTENT_TYPE },
      });
    }
  };
}

function resultOf({ status, body, headers }: ApiAnswer): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Not found for an unknown path; method not allowed for a known one. */
function noRouteProblem(path: string, known: readonly Route[]): ProblemError {
  const methods = known.filter((route) => matches(route.path, path)).map(({ method }) => method);
  if (methods.length === 0)
    return new ProblemError('not-found', `${path} does not exist; docs/openapi.json lists all paths.`);
  const allow = methods.join(', ');
  return new ProblemError('method-not-allowed', `Only ${allow} is allowed on ${path}.`, {
    headers: { allow },
  });
}

function matches(template: string, path: string): boolean {
  const parts = template.split('/');
  const segments = path.replace(/\/$/, '').split('/');
  return (
    parts.length === segments.length &&
    parts.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]))
  );
}
