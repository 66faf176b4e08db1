// How requests enter the audit trail: in one place, whatever their routes do.
//
// A request that may write, or that takes people's data out of the house, is noted before it acts; what came of it is a
// second event. So nothing happens that the trail does not know of, wherever the process dies, and an event that says
// that something was done says so because it was.
import type { Request, Response } from 'express';
import type { Log } from '../adapters/log.ts';
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import { insertAuditEvent, type NewAuditEvent, type NotedEvent } from '../db/queries/audit-events.ts';
import { type AuditDetails, type AuditWhat, subjectOf } from '../domain/audit.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Route } from './route.ts';

type Input = { params: unknown; query: unknown; body: unknown };
type Asked = { route: Route; admin: Admin; request: Request; response: Response; input: Input };
type Answer = { status: number; body?: unknown } | undefined;

export type Auditor = {
  /** Does the work of a request and notes what its route says. Where the trail can't be written, nothing is done. */
  act<Reply extends Answer>(asked: Asked, work: () => Promise<Reply>): Promise<Reply>;
  /** Does a piece of work that changes nothing and notes only that a right was lacking. */
  watch<Result>(asked: Omit<Asked, 'response' | 'input'>, work: () => Promise<Result>): Promise<Result>;
};

export function openAuditor({ db, log }: { db: Database; log: Log }): Auditor {
  return {
    async act(asked, work) {
      const { route, input, request } = asked;
      const what = whatOf(route);
      if (what === undefined || isNotedByStatement(route)) return this.watch(asked, work);
      const about = { siteId: siteIn(input, what), subject: subjectOf(what), subjectId: idIn(input.params) };
      const requestId = String(request.id);
      const began = await insertAuditEvent(db, {
        ...byWhom(asked),
        ...about,
        what: 'request.began',
        details: { request: requestId, of: what },
      });
      const end = (event: Pick<NewAuditEvent, 'what' | 'siteId' | 'subjectId' | 'details'>) =>
        insertAuditEvent(db, {
          ...byWhom(asked),
          ...about,
          ...(event.subjectId === undefined && began.subjectId !== null && { known: began }),
          ...event,
          details: { request: requestId, ...event.details },
        }).catch((error: unknown) => {
          // It stands in the trail that the request began, and that its end is unknown.
          log.error({ err: error, requestId }, 'the end of a request was not noted in the audit trail');
        });
      const reply = await work().catch(async (error: unknown) => {
        await end(refusedOrFailed(error, what));
        throw error;
      });
      await end({ what, ...madeBy(asked, reply, began), details: factsOf(asked, reply) });
      return reply;
    },

    async watch(asked, work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refusal && error.code === 'forbidden') {
          const { method, path } = asked.route;
          const of = whatOf(asked.route) ?? `${method} ${path}`;
          const { details, ...refused } = refusedOrFailed(error, of);
          const request = String(asked.request.id);
          await insertAuditEvent(db, { ...byWhom(asked), ...refused, details: { request, ...details } });
        }
        throw error;
      }
    },
  };
}

const byWhom = ({ admin }: Pick<Asked, 'admin'>) => ({ rootId: admin.rootId, byPersonId: admin.personId });

/** The event that a route stands for; undefined where it only reads. */
function whatOf({ audit }: Route): AuditWhat | undefined {
  if (audit === undefined || audit === 'nothing') return undefined;
  return typeof audit === 'string' ? audit : audit.what;
}

const isNotedByStatement = ({ audit }: Route): boolean =>
  typeof audit === 'object' && 'isNotedByStatement' in audit;

type Ending = { what: AuditWhat; siteId?: number; details: AuditDetails };

/** What an error means in the trail. Codes and names of rights alone are taken out of it. */
function refusedOrFailed(error: unknown, of: string): Ending {
  if (!(error instanceof Refusal)) return { what: 'request.failed', details: { of } };
  const { permission, siteId, reason } = error.details;
  if (error.code !== 'forbidden')
    return {
      what: 'request.refused',
      details: { of, code: typeof reason === 'string' ? reason : error.code },
    };
  return {
    what: 'right.refused',
    ...(typeof siteId === 'number' && { siteId }),
    details: { of, ...(typeof permission === 'string' && { permission }) },
  };
}

/** What a request made: until it was there nobody could name it. */
function madeBy({ route }: Asked, reply: Answer, began: NotedEvent): { subjectId?: string } {
  const isAboutMade = typeof route.audit === 'object' && 'isAboutMade' in route.audit;
  if (began.subjectId !== null && !isAboutMade) return {};
  const what = whatOf(route);
  const made = partOf(reply?.body, what !== undefined && subjectOf(what) === 'preset' ? 'name' : 'id');
  return made === undefined ? {} : { subjectId: String(made) };
}

/** Facts of a request that has succeeded: those that its route tells, else the names of what was sent. */
function factsOf({ route, input, response }: Asked, reply: Answer): AuditDetails {
  const { audit } = route;
  const told =
    typeof audit === 'object' && 'details' in audit
      ? audit.details({ ...(input as Record<keyof Input, never>), reply: reply?.body })
      : fieldsOf(input.body);
  // A file that the client did not wait for has left in part.
  return reply === undefined && !response.writableFinished ? { ...told, isWhole: false } : told;
}

/** The names of what a body gives; never what it gives. */
function fieldsOf(body: unknown): AuditDetails {
  const given = Object.entries(body ?? {}).filter(([name, value]) => value !== undefined && !isAddress(name));
  const fields = given.flatMap(([name, value]) =>
    name === 'fields' ? Object.keys(value as object).map((own) => `fields.${own}`) : [name],
  );
  return fields.length > 0 ? { fields } : {};
}

const isAddress = (name: string): boolean => name === 'siteId' || name === 'version';

/** The site that a request names, if any: whether it is there is seen when it is noted. */
function siteIn({ query, body }: Input, what: AuditWhat): number | undefined {
  const above = what === 'site.created' ? partOf(body, 'parentId') : undefined;
  const named = partOf(query, 'site') ?? partOf(body, 'siteId') ?? partOf(body, 'site') ?? above;
  return typeof named === 'number' ? named : undefined;
}

function idIn(params: unknown): string | undefined {
  const id = partOf(params, 'id') ?? partOf(params, 'name');
  return id === undefined ? undefined : String(id);
}

const partOf = (whole: unknown, name: string): unknown =>
  typeof whole === 'object' && whole !== null ? (whole as Record<string, unknown>)[name] : undefined;
