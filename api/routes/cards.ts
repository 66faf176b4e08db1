// Cards over HTTP: listed, added, issued, revoked, replaced and given other days, one by one.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  type CardEdit,
  type Days,
  insertCard,
  issueCard,
  replaceCard,
  revokeCard,
  updateCardDays,
} from '../../db/queries/cards/card-edits.ts';
import { type CardRow, findCard, listCards, listCardsOfPerson } from '../../db/queries/cards/cards.ts';
import { findHolder } from '../../db/queries/people.ts';
import { CARD_STATUSES, type CardStatus } from '../../domain/card.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { hiddenAs, siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { ATTEMPTS_MAX, personFor } from '../person-edits.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { numberGiven, numberSought, toCard } from '../present-card.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import { type Card, cardPatchSchema, cardSchema, newCardSchema, replacementSchema } from '../wire-cards.ts';

const cardQuery = pageQuery.extend({
  site: siteQuery.optional(),
  status: z.enum(CARD_STATUSES).optional(),
  person: z.coerce.number().int().positive().optional().describe('The id of a person'),
  number: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .optional()
    .describe('Decimal digits, or hexadecimal ones behind 0x'),
  run: z.string().max(40).optional().describe('The run that brought them'),
});

const NO_SUCH_CARD = 'There is no such card at your sites.';
const CARD = { description: 'The card', schema: cardSchema };
const REPLIES = {
  403: { description: 'You lack cards:write on the site' },
  404: { description: 'The card or the person is not there, or not of your sites' },
  409: {
    description:
      'A card in use has the number (`key-taken`), the person is not active, or the card is not what this takes',
  },
  423: { description: 'A run is changing the people of the site: `lock` says which one and how far it is' },
};

export function cardRoutes(deps: ApiDeps): Route[] {
  return [...readingRoutes(deps), ...addingRoutes(deps), ...changingRoutes(deps)];
}

const readingRoutes = ({ db }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/cards',
    tag: 'cards',
    summary: 'List cards',
    description:
      'Of a site and all below it, or of all your sites. A card whose last day is over is `expired` from midnight UTC on.',
    query: cardQuery,
    replies: { 200: { description: 'A page of cards', schema: pageOf(cardSchema) } },
    async handle({ admin, query }) {
      const siteIds = await topsFor(db, admin, query.site, 'people:read');
      const number = query.number === undefined ? undefined : numberSought(query.number);
      const wanted = {
        siteIds,
        personId: query.person,
        status: query.status,
        number,
        bulkActionId: query.run,
      };
      const rows = await listCards(db, wanted, {
        after: numberFromCursor(query.cursor),
        limit: query.limit + 1,
      });
      return { status: 200, body: toPage(rows, query.limit, toCard, ({ id }) => id) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/cards/{id}',
    tag: 'cards',
    summary: 'One card',
    params: idParams,
    replies: { 200: CARD, 404: { description: NO_SUCH_CARD } },
    async handle({ admin, params }) {
      return { status: 200, body: toCard(await cardFor(db, admin, params.id, 'people:read')) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/people/{id}/cards',
    tag: 'cards',
    summary: 'All cards of a person',
    description: 'The newest first, those that are out of use too.',
    params: idParams,
    replies: {
      200: { description: 'The cards', schema: z.object({ items: z.array(cardSchema) }) },
      404: { description: 'The person is not there, or not of your sites' },
    },
    async handle({ admin, params }) {
      const person = await personFor(db, admin, params.id, 'people:read');
      const rows = await listCardsOfPerson(db, person.id, 'all');
      return { status: 200, body: { items: rows.map(toCard) } };
    },
  }),
];

const addingRoutes = ({ db, clock }: ApiDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/cards',
    audit: 'card.added',
    tag: 'cards',
    summary: 'Add a card',
    description:
      'To an active person, who may have several. Of an organisation, one card in use has a number.',
    body: newCardSchema,
    replies: { 201: CARD, ...REPLIES },
    async handle({ admin, body }) {
      const number = numberGiven(body.number, body.type, 'number');
      const days = checkedDays(body, clock);
      const person = await personFor(db, admin, body.personId, 'cards:write');
      const edit = await insertCard(
        db,
        { personId: person.id, siteId: person.siteId },
        { ...days, number, isIssued: body.issue },
        admin.personId,
      );
      const card = await written(db, edit);
      if (!card) throw new Refusal('conflict', 'This person is not active. Only active people get cards.');
      return { status: 201, headers: { Location: `/v1/cards/${card.id}` }, body: toCard(card) };
    },
  }),
];

const changingRoutes = ({ db, followUps, clock }: ApiDeps): Route[] => {
  /** Changes a card that is as `from` says, and tells the follow-up of the run that brought it. */
  async function change(
    admin: Admin,
    id: number,
    { to, from, edit }: { to?: CardStatus; from: readonly CardStatus[]; edit: Change },
  ): Promise<CardRow> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const read = await cardFor(db, admin, id, 'cards:write');
      if (read.status === to) return unchanged(db, read);
      if (!from.includes(read.status)) throw outOfOrder(read);
      const card = await written(db, await edit(read));
      if (!card) continue;
      if (read.bulkActionId !== null) await followUps.nudge([read.bulkActionId]);
      return card;
    }
    throw new Refusal(
      'conflict',
      'The card or its person has changed meanwhile: only cards of active people are issued, replaced or given days. Read it again.',
      { reason: 'changed-meanwhile' },
    );
  }
  return [
    route({
      method: 'post',
      path: '/v1/cards/{id}/issue',
      audit: 'card.issued',
      tag: 'cards',
      summary: 'Issue a card',
      description: 'A pending one. One that is issued stays so.',
      params: idParams,
      replies: { 200: CARD, ...REPLIES },
      async handle({ admin, params }) {
        const edit: Change = (card) => issueCard(db, card, admin.personId);
        return {
          status: 200,
          body: toCard(await change(admin, params.id, { to: 'issued', from: ['pending'], edit })),
        };
      },
    }),
    route({
      method: 'post',
      path: '/v1/cards/{id}/revoke',
      audit: 'card.revoked',
      tag: 'cards',
      summary: 'Revoke a card',
      description: 'Its number is free from then on. One that is revoked stays so.',
      params: idParams,
      replies: { 200: CARD, ...REPLIES },
      async handle({ admin, params }) {
        const edit: Change = (card) => revokeCard(db, card, admin.personId);
        const card = await change(admin, params.id, { to: 'revoked', from: IN_USE, edit });
        return { status: 200, body: toCard(card) };
      },
    }),
    route({
      method: 'post',
      path: '/v1/cards/{id}/replace',
      audit: {
        what: 'card.replaced',
        details: ({ reply }) => ({ cardId: (reply as Card).id }),
      },
      tag: 'cards',
      summary: 'Replace a card',
      description: 'The card is revoked and another one issued in its place, in one step.',
      params: idParams,
      body: replacementSchema,
      replies: { 201: { ...CARD, description: 'The new card' }, ...REPLIES },
      async handle({ admin, params, body }) {
        const number = numberGiven(body.number, body.type, 'number');
        const edit: Change = (card) =>
          replaceCard(db, card, { ...checkedDays(daysFrom(body, card), clock), number }, admin.personId);
        const card = await change(admin, params.id, { from: IN_USE, edit });
        return { status: 201, headers: { Location: `/v1/cards/${card.id}` }, body: toCard(card) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/cards/{id}',
      audit: 'card.changed',
      tag: 'cards',
      summary: 'Change the days of a card',
      description: 'What is left out stays as it is; null is no limit. Of a card in use.',
      params: idParams,
      body: cardPatchSchema,
      replies: { 200: CARD, ...REPLIES },
      async handle({ admin, params, body }) {
        const edit: Change = (card) =>
          updateCardDays(db, card, checkedDays(daysFrom(body, card), clock), admin.personId);
        return { status: 200, body: toCard(await change(admin, params.id, { from: IN_USE, edit })) };
      },
    }),
  ];
};

type Change = (card: CardRow) => Promise<CardEdit>;

const IN_USE = ['pending', 'issued'] as const satisfies readonly CardStatus[];

/** The card of this id, if the admin may do this there; one of a site out of sight is `missing`. */
async function cardFor(db: Database, admin: Admin, id: number, permission: Permission): Promise<CardRow> {
  const card = await findCard(db, id);
  if (!card) throw new Refusal('missing', NO_SUCH_CARD);
  await siteFor(db, admin, card.siteId, permission).catch(hiddenAs(NO_SUCH_CARD));
  return card;
}

/** The card as it is written, or undefined where something had changed since it was read; refuses where a run holds it up. */
async function written(db: Database, edit: CardEdit): Promise<CardRow | undefined> {
  if (edit.kind === 'locked') throw await heldUp(db, edit.holder);
  return edit.kind === 'written' ? findCard(db, edit.id) : undefined;
}

/** A step that changes nothing writes nothing; a run holds it up all the same. */
async function unchanged(db: Database, card: CardRow): Promise<CardRow> {
  const holder = await findHolder(db, card.siteId);
  if (holder) throw await heldUp(db, holder);
  return card;
}

const outOfOrder = ({ status }: CardRow) =>
  status === 'expired'
    ? new Refusal('conflict', 'The last day of this card is over. Add its number anew with a later day.', {
        reason: 'card-expired',
      })
    : new Refusal('conflict', `This card is ${status}. Add its number anew to use it again.`, {
        reason: 'card-revoked',
      });

/** The days that a request gives, those of the card where it gives none. */
const daysFrom = (
  {
    validFrom,
    validUntil,
  }: { validFrom?: string | null | undefined; validUntil?: string | null | undefined },
  card: Days,
): Days => ({
  validFrom: validFrom === undefined ? card.validFrom : validFrom,
  validUntil: validUntil === undefined ? card.validUntil : validUntil,
});

/** Refuses a last day before the first, and one that is over: nobody could use such a card. Days are those of UTC. */
function checkedDays({ validFrom, validUntil }: Days, clock: () => Date): Days {
  const refuse = (message: string): never => {
    throw new InvalidRequest([{ path: 'validUntil', message }]);
  };
  if (validUntil === null) return { validFrom, validUntil };
  if (validFrom !== null && validUntil < validFrom)
    refuse('The last day is before the first. Correct one of them.');
  if (validUntil < clock().toISOString().slice(0, 10))
    refuse('The last day is over already, in UTC. Give a later one; to end a card now, revoke it.');
  return { validFrom, validUntil };
}
