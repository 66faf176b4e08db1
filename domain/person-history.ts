// The history of a person as people read it: what each entry says happened.
import { assertNever } from './assert-never.ts';
import type { CardStatus } from './card.ts';

export const HISTORY_FILTERS = ['all', 'changes', 'photos', 'mails'] as const;
export type HistoryFilter = (typeof HISTORY_FILTERS)[number];

export const HISTORY_WHATS = [
  'created',
  'updated',
  'archived',
  'restored',
  'anonymized',
  'deleted',
  'roles-changed',
  'card-added',
  'card-issued',
  'card-changed',
  'card-revoked',
  'card-expired',
  'photo-sent',
  'photo-approved',
  'photo-set',
  'photo-declined',
  'photo-taken-back',
  'photo-removed',
  'mail-waiting',
  'mail-sent',
  'mail-failed',
] as const;
export type HistoryWhat = (typeof HISTORY_WHATS)[number];

type Values = Readonly<Record<string, unknown>> | null;

/** What a kept change was about, where it was about one thing alone: a card, a photo, roles; else as it is called. */
export function whatOfChange(
  what: string,
  change: { before: Values; after: Values },
  photo: { isSent: boolean; isOlder: boolean } | null,
): HistoryWhat {
  if (what !== 'updated') return HISTORY_WHATS.find((one) => one === what) ?? 'updated';
  const names = new Set([...Object.keys(change.before ?? {}), ...Object.keys(change.after ?? {})]);
  const isOnly = (...only: string[]) => names.size > 0 && [...names].every((name) => only.includes(name));
  if (isOnly('photo')) return whatOfPhoto(change.after, photo);
  if (isOnly('card')) return whatOfCard(change);
  if (isOnly('roles', 'role_ids', 'roles_site')) return 'roles-changed';
  return 'updated';
}

function whatOfPhoto(after: Values, photo: { isSent: boolean; isOlder: boolean } | null): HistoryWhat {
  if (typeof after?.['photo'] !== 'string') return 'photo-removed';
  if (photo?.isOlder) return 'photo-taken-back';
  return photo?.isSent ? 'photo-approved' : 'photo-set';
}

function whatOfCard({ before, after }: { before: Values; after: Values }): HistoryWhat {
  const [was, is] = [statusOf(before), statusOf(after)];
  if (is === undefined) return 'card-revoked';
  if (was === is) return 'card-changed';
  switch (is) {
    case 'pending':
      return 'card-added';
    case 'issued':
      return 'card-issued';
    case 'revoked':
      return 'card-revoked';
    case 'expired':
      return 'card-expired';
    default:
      return assertNever(is);
  }
}

const statusOf = (values: Values): CardStatus | undefined =>
  (values?.['card'] as { status?: CardStatus } | undefined)?.status;
