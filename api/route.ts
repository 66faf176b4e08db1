// A route: what it takes, what it replies and what it does, declared once for Express and for the documentation.
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Admin } from '../db/queries/admins.ts';

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

type Declaration<P, Q, B, R> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
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
};

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
