// Mending a cell of a plan: what was probably meant, and by which rule one change is made to all cells like it.
import type { ProblemCode, Reason } from './problems.ts';
import { closestTo } from './spelling.ts';

/**
 * How one change is made to others like it. `domain`: the domain of a mail is exchanged, whoever is before the @; `tidy`:
 * what the field does not take is left out; `value`: the very same cell becomes the very same.
 */
export const MENDING_RULES = ['domain', 'tidy', 'value'] as const;
export type MendingRule = (typeof MENDING_RULES)[number];

/** What a cell is mended from and to. */
export type Mending = { code: ProblemCode; from: string; to: string };

/** Rows that are not as their cells say: of another file, out of step, or not read to their end. */
const UNMENDABLE: ReadonlySet<ProblemCode> = new Set([
  'unclosed-quote',
  'too-many-cells',
  'no-details',
  'file-rows-differ',
]);

/** True where the row can be read again from its cells. */
export const isMendable = (reasons: readonly Pick<Reason, 'code'>[] | null): boolean =>
  !reasons?.some(({ code }) => UNMENDABLE.has(code));

/** What was probably meant by a cell; undefined where nobody can tell. */
export function suggestedFor(reason: Pick<Reason, 'code' | 'expected'>, cell: string): string | undefined {
  const suggested = guessed(reason, cell);
  return suggested === undefined || suggested === '' || suggested === cell ? undefined : suggested;
}

function guessed({ code, expected }: Pick<Reason, 'code' | 'expected'>, cell: string): string | undefined {
  const text = cell.trim();
  const known = listed(expected);
  if (code === 'domain-not-allowed' && known) {
    const at = text.lastIndexOf('@');
    return at < 0 ? undefined : `${text.slice(0, at + 1)}${closestTo(domainIn(text), known)}`;
  }
  if ((code === 'not-a-choice' || code === 'unknown-action') && known)
    return closestTo(text.toLowerCase(), known);
  if (code === 'too-long' && /^\d+$/.test(expected ?? ''))
    return [...text].slice(0, Number(expected)).join('');
  const tidy = tidied(code, cell);
  return tidy !== undefined && isTidy(code, tidy, expected) ? tidy : undefined;
}

/** The rule that leads from one cell to the other. */
export function ruleOf({ code, from, to }: Mending): MendingRule {
  if (to === tidied(code, from)) return 'tidy';
  const [one, other] = [from.trim(), to.trim()];
  const isSamePerson = localPart(one) !== '' && localPart(one) === localPart(other);
  return isSamePerson && domainIn(one) !== domainIn(other) ? 'domain' : 'value';
}

/** What the same change makes of another cell with the same problem; undefined where that one is not like it. */
export function mendedAlike(mending: Mending, cell: string): string | undefined {
  const { code, from, to } = mending;
  switch (ruleOf(mending)) {
    case 'tidy':
      return tidied(code, cell);
    case 'domain':
      return domainIn(cell.trim()) === domainIn(from.trim())
        ? `${localPart(cell.trim())}@${to.trim().slice(to.trim().lastIndexOf('@') + 1)}`
        : undefined;
    case 'value':
      return cell.trim() === from.trim() ? to : undefined;
  }
}

/** How many of the cells each rule would find from this one; itself is among them. */
export function countAlike(
  cell: string,
  code: ProblemCode,
  cells: readonly string[],
): Record<MendingRule, number> {
  const text = cell.trim();
  const domain = domainIn(text);
  return {
    domain: domain === '' ? 1 : cells.filter((other) => domainIn(other.trim()) === domain).length,
    tidy: cells.filter((other) => tidied(code, other) !== other).length,
    value: cells.filter((other) => other.trim() === text).length,
  };
}

const MARKS = /[\s:.\-–_]/gu;
const NOT_PLAIN = /[^\p{L}\p{M}\p{N}._-]/gu;

/** A cell without what its field does not take; undefined where there is no telling what that is. */
function tidied(code: ProblemCode, cell: string): string | undefined {
  if (code === 'not-a-card-id') return cell.replace(MARKS, '');
  if (code === 'special-characters') return cell.trim().replace(NOT_PLAIN, '');
  if (code === 'not-an-email')
    return cell
      .replace(/\s/gu, '')
      .replace(/^mailto:/i, '')
      .replace(/\(at\)|\[at\]/gi, '@')
      .replace(/^<(.*)>$/, '$1')
      .replace(/,/g, '.');
  return undefined;
}

function isTidy(code: ProblemCode, text: string, expected: string | undefined): boolean {
  if (code === 'not-a-card-id')
    return expected === 'hex' ? /^(0x)?[0-9a-f]+$/i.test(text) : /^\d+$/.test(text);
  return code !== 'not-an-email' || /^[^@]+@[^@]+\.[^@.]+$/.test(text);
}

const localPart = (email: string): string => email.slice(0, Math.max(0, email.lastIndexOf('@')));
const domainIn = (email: string): string =>
  email.includes('@') ? email.slice(email.lastIndexOf('@') + 1).toLowerCase() : '';

function listed(expected: string | undefined): readonly [string, ...string[]] | undefined {
  const [first, ...others] = (expected ?? '').split(', ').filter((word) => word !== '');
  return first === undefined ? undefined : [first, ...others];
}
