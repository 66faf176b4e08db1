// Card IDs: numbers of up to 64 bits, read from decimal or hexadecimal digits and shown in both.
import type { CardIdType } from './bulk-action.ts';
import type { CellReader } from './cells.ts';
import type { CellProblem } from './problems.ts';

const DECIMAL = /^\d+$/;
/** Digits in one piece, or in groups of whole bytes with one kind of mark between them, as readers print them. */
const HEXADECIMAL =
  /^(?:0x)?(?:[0-9a-f]+|(?:[0-9a-f]{2})+(?:([ :-])(?:[0-9a-f]{2})+(?:\1(?:[0-9a-f]{2})+)*))$/i;
const DIGITS_MAX = { decimal: 20, hex: 16 } as const satisfies Record<CardIdType, number>;
const NUMBER_MAX = 0xffff_ffff_ffff_ffffn;

const TOO_LARGE: CellProblem = { code: 'card-id-too-large' };

/** A card's number as people see it: decimal, and hexadecimal in capitals; both without leading zeros. */
export type CardNumber = { decimal: string; hex: string };

/**
 * The reader of card IDs of a type. Gives the decimal number without leading zeros, for they have no meaning.
 * Exponents, signs and other letters are refused, never guessed: a spreadsheet that shows 1.2E+15 has lost digits.
 */
export function cardIdReader(type: CardIdType): CellReader<string> {
  const notACardId: CellProblem = { code: 'not-a-card-id', expected: type };
  const form = type === 'hex' ? HEXADECIMAL : DECIMAL;
  return (text) => {
    if (!form.test(text)) return notACardId;
    const digits = type === 'hex' ? text.replace(/^0x|[ :-]/gi, '') : text;
    const significant = digits.replace(/^0+(?=.)/, '');
    if (significant.length > DIGITS_MAX[type]) return TOO_LARGE;
    const number = BigInt(type === 'hex' ? `0x${significant}` : significant);
    return number > NUMBER_MAX ? TOO_LARGE : number.toString();
  };
}

/** Both forms of a number that `cardIdReader` gave. */
export const cardNumberIn = (decimal: string): CardNumber => ({
  decimal,
  hex: BigInt(decimal).toString(16).toUpperCase(),
});
