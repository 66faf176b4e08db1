// The OpenAPI document, made of the very declarations that answer requests.
import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import type { ReplySpec, Route } from './route.ts';
import { problemSchema } from './wire.ts';

/** What every route for admins may answer beside its own replies. */
const COMMON_PROBLEMS = { 400: 'The request is not as described', 401: 'Nobody is signed in' };

/** The document of these routes. */
export function openApiDocument(routes: readonly Route[], publicUrl: string) {
  const registry = new OpenAPIRegistry();
  const key = registry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  const session = registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'muster_session',
  });
  for (const route of routes) {
    registry.registerPath({
      method: route.method,
      path: route.path,
      tags: [route.tag],
      summary: route.summary,
      operationId: operationIdOf(route),
      ...(route.description && { description: route.description }),
      security: route.isOpen ? [] : [{ [key.name]: [] }, { [session.name]: [] }],
      request: requestOf(route),
      responses: responsesOf(route),
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Muster',
      version: '1',
      description:
        'Bulk actions on people. Refusals are problems of RFC 9457, each with a stable `code`. ' +
        'A list is a page: follow `next` until it is null.',
    },
    servers: [{ url: publicUrl }],
  });
}

/** `get /v1/bulk-actions/{id}/rows` → `getBulkActionsIdRows`. */
const operationIdOf = ({ method, path }: Route): string =>
  method +
  path
    .replace(/^\/v1/, '')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

function requestOf(route: Route) {
  const binary = { schema: { type: 'string' as const, format: 'binary' } };
  const content = route.body
    ? { 'application/json': { schema: route.body } }
    : route.rawBody && Object.fromEntries(route.rawBody.map((type) => [type, binary]));
  return {
    ...(route.params && { params: route.params }),
    ...(route.query && { query: route.query }),
    ...(route.headers && { headers: route.headers }),
    ...(content && { body: { content, required: true } }),
  };
}

function responsesOf(route: Route) {
  const problem = { content: { 'application/problem+json': { schema: problemSchema } } };
  const common = route.isOpen ? {} : COMMON_PROBLEMS;
  const problems = Object.entries(common).map(([status, description]) => [
    status,
    { description, ...problem },
  ]);
  const own = Object.entries(route.replies).map(([status, spec]) => [
    status,
    Number(status) >= 400 && !spec.schema ? { description: spec.description, ...problem } : responseOf(spec),
  ]);
  return Object.fromEntries([...problems, ...own]);
}

function responseOf({ description, schema, contentType }: ReplySpec) {
  if (schema) return { description, content: { [contentType ?? 'application/json']: { schema } } };
  if (!contentType) return { description };
  return { description, content: { [contentType]: { schema: { type: 'string' } } } };
}
