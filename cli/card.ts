// Cards as the commands print them: the number in decimal and hexadecimal, side by side.
import type { Card } from '../api/wire-cards.ts';

export const CARD_HEADERS = [
  'Id',
  'Site',
  'Person',
  'Identifier',
  'Decimal',
  'Hex',
  'Status',
  'From',
  'Until',
];

/** A card as a row under `CARD_HEADERS`. */
export const cardRow = ({
  id,
  siteId,
  personId,
  identifier,
  number,
  status,
  validFrom,
  validUntil,
}: Card): string[] => [
  String(id),
  String(siteId),
  String(personId),
  identifier ?? '',
  number.decimal,
  number.hex,
  status,
  validFrom ?? '',
  validUntil ?? '',
];

/** A card's number in a sentence. */
export const cardNumberWords = ({ number }: Pick<Card, 'number'>): string =>
  `${number.decimal} (hex ${number.hex})`;
