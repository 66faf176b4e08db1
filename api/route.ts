// A route: what it takes, what it replies and what it does, declared once for Express and for the documentation.
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Admin } from '../db/queries/admins.ts';
import type { AuditDetails, AuditWhat } from '../domain/audit.ts';

type Empty = z.ZodObject<Record<never, never>>;

/** One reply that a route may give. Without a schema it has no JSON body: a file, a stream, or nothing at all. */
export type ReplySpec = { description: string; schema?: z.ZodType; contentType?: string };
type ReplySpecs = Readonly<Record<number, ReplySpec>>;

type BodyOf<Spec> = Spec extends { schema: infer Schema extends z.ZodType }
  ? { body: z.input<Schema> }
  : { body?: never };
/** What a handler gives: one of the declared replies, or undefined where it has answered by itself. */
export type Reply<Specs extends ReplySpecs> =
  | {
      [Status in keyof Specs]: { status: Status; headers?: Record<string, string> } & BodyOf<Specs[Status]>;
    }[keyof Specs]
  | undefined;

type Call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  params: z.output<P>;
  query: z.output<Q>;
  body: z.output<B>;
  request: Request;
  response: Response;
};

/** What a request was and what came of it, for the facts that the audit trail notes beside. */
type Done<P, Q, B> = { params: P; query: Q; body: B; reply: unknown };

/**
 * What a route means for the audit trail. The name of an event: noted where the request succeeds, as is what it was let
 * in for before, and why it failed where it does. `details` gives facts that are not found by themselves: never a value
 * of anybody's. `isNotedByStatement`: the statement that writes notes the event with it, and a refusal alone is left to
 * note here. `isAboutMade`: the event is about what the reply names, not about what the address does. `nothing`: it only
 * reads.
 */
type RouteAudit<P, Q, B> =
  | AuditWhat
  | { what: AuditWhat; details(done: Done<P, Q, B>): AuditDetails; isAboutMade?: true }
  | { what: AuditWhat; isNotedByStatement: true }
  | 'nothing';

/** Whoever declares a route that may write has to say what it means. Reading means nothing unless said otherwise. */
type Method<P, Q, B> =
  | { method: 'get'; audit?: RouteAudit<P, Q, B> }
  | { method: 'post' | 'put' | 'patch' | 'delete'; audit: RouteAudit<P, Q, B> };

type Declaration<P, Q, B, R> = {
  /** With parameters in braces: `/v1/people/{id}`. */
  path: string;
  /** The noun under which the documentation shows it. */
  tag: string;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  /** The JSON body. */
  body?: B;
  /** Request headers that matter, by name. */
  headers?: z.ZodObject;
  /** What a request must pass before it is looked at: a limit, for one. */
  before?: readonly RequestHandler[];
  /** Media types of a body that is not JSON: the handler reads it itself. */
  rawBody?: readonly string[];
  replies: R;
} & Method<OutputOf<P>, OutputOf<Q>, OutputOf<B>>;

type OutputOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : never;

export type Route = Declaration<z.ZodObject, z.ZodObject, z.ZodType, ReplySpecs> & {
  /** Whether it answers anybody, signed in or not. */
  isOpen: boolean;
  handle(call: {
    params: never;
    query: never;
    body: never;
    admin: never;
    request: Request;
    response: Response;
  }): Promise<{ status: number; body?: unknown; headers?: Record<string, string> } | undefined>;
};

/** A route for admins who are signed in, or hold a key. */
export function route<
  R extends ReplySpecs,
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
  B extends z.ZodType = Empty,
>(
  declared: Declaration<P, Q, B, R> & {
    handle(call: Call<P, Q, B> & { admin: Admin }): Promise<Reply<NoInfer<R>>>;
  },
): Route {
  return { ...declared, isOpen: false } as unknown as Route;
}

/** A route for everybody. */
export function openRoute<
  R extends ReplySpecs,
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
  B extends z.ZodType = Empty,
>(declared: Declaration<P, Q, B, R> & { handle(call: Call<P, Q, B>): Promise<Reply<NoInfer<R>>> }): Route {
  return { ...declared, isOpen: true } as unknown as Route;
}
