import type * as z from 'zod';
import type { ApiServices } from '../pipeline/api-services.ts';
import { ProblemError, type ProblemKind } from './problem.ts';
import { type RequestPart, requestFaults } from './request-faults.ts';

/** A request with its body parsed. */
export interface ApiRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The base path of the API, such as `/prod`. */
  readonly root: string;
  /** Undefined when there is none. */
  readonly body: unknown;
}

/** A route's response. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route in one file: what it accepts, what it returns, and the use case behind it. */
export interface RouteDefinition<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodObject,
> {
  readonly method: 'GET' | 'POST';
  /** Such as `/models/{metric}`. */
  readonly path: `/${string}`;
  /** The name in the OpenAPI document. */
  readonly operationId: string;
  readonly summary: string;
  readonly request: {
    readonly path: Path;
    readonly query: Query;
    /** The headers that the route reads, by names in lower case. */
    readonly headers: Headers;
    /** Undefined for a method without a body; a missing body counts as an empty object. */
    readonly body: Body | undefined;
  };
  readonly success: {
    readonly status: number;
    readonly description: string;
    readonly schema: z.ZodType;
    readonly headers?: z.ZodObject;
  };
  /** Problems of this route, besides those of every request. */
  readonly problems: readonly ProblemKind[];
  readonly answer: (
    request: {
      readonly path: z.output<Path>;
      readonly query: z.output<Query>;
      readonly headers: z.output<Headers>;
      readonly body: z.output<Body>;
      readonly root: string;
    },
    services: ApiServices,
  ) => Promise<ApiAnswer>;
}

/** A route of any shape: its description, and its handler for unchecked requests. */
export interface Route
  extends Omit<RouteDefinition<z.ZodObject, z.ZodObject, z.ZodObject, z.ZodObject>, 'answer'> {
  /** @throws ProblemError for an invalid request; and the errors of the use case. */
  readonly answer: (request: ApiRequest, services: ApiServices) => Promise<ApiAnswer>;
}

/** Creates a route whose schemas check every request before its use case is called. */
export function defineRoute<
  Path extends z.ZodObject,
  Query extends z.ZodObject,
  Headers extends z.ZodObject,
  Body extends z.ZodObject,
>(definition: RouteDefinition<Path, Query, Headers, Body>): Route {
  const { request: schemas, answer, ...about } = definition;
  return {
    ...about,
    request: schemas,
    answer: async (request, services) => {
      const path = check(schemas.path, request.path, 'path');
      const query = check(schemas.query, request.query, 'query');
      const headers = check(schemas.headers, request.headers, 'header');
      const body =
        schemas.body === undefined
          ? undefined
          : check(schemas.body, request.body === undefined ? {} : request.body, 'body');
      return answer({ path, query, headers, body: body as z.output<Body>, root: request.root }, services);
    },
  };
}

function check<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  part: RequestPart,
): z.output<Schema> {
  const reading = schema.safeParse(value);
  if (reading.success) return reading.data;
  const errors = requestFaults(reading.error.issues, schema, value, part);
  const summary = errors
    .map(({ pointer, parameter, detail }) => `${pointer ?? parameter} ${detail}`)
    .join('; ');
  throw new ProblemError('malformed-request', `The ${part} is invalid: ${summary}.`, { errors });
}
