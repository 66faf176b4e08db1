// Cards as the wire has them, and card numbers as requests write them.
import type { CardRow } from '../db/queries/cards/cards.ts';
import type { CardIdType } from '../domain/bulk-action.ts';
import { cardIdReader, cardNumberIn } from '../domain/card-id.ts';
import { hintOf } from '../domain/problems.ts';
import { InvalidRequest } from './problems.ts';
import type { Card } from './wire-cards.ts';

export const toCard = ({ rootId: _root, number, createdAt, issuedAt, endedAt, ...card }: CardRow): Card => ({
  ...card,
  number: cardNumberIn(number),
  issuedAt: issuedAt?.toISOString() ?? null,
  endedAt: endedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

/** The decimal number of digits that a request gives at a place. Refuses, in the words of rows, what is none. */
export function numberGiven(text: string, type: CardIdType, path: string): string {
  const read = cardIdReader(type)(text);
  if (typeof read === 'string') return read;
  const message = hintOf({ ...read, field: 'number', value: text });
  throw new InvalidRequest([{ path, message }]);
}

/** The decimal number of digits in an address: decimal, or hexadecimal behind 0x. */
export const numberSought = (text: string): string =>
  numberGiven(text, /^0x/i.test(text) ? 'hex' : 'decimal', 'query.number');
