// Cards: what becomes of a number that somebody carries.

/** `pending`: the number is known and the card not handed out yet. Of one that is revoked or expired the number is free again. */
export const CARD_STATUSES = ['pending', 'issued', 'revoked', 'expired'] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];

/** Why a card was revoked: by an admin, because another took its place, or because its person was archived. */
export const REVOKED_BECAUSE = ['asked', 'replaced', 'archived'] as const;
export type RevokedBecause = (typeof REVOKED_BECAUSE)[number];

/** What runs on cards do. */
export const CARD_ACTIONS = ['issue-cards', 'revoke-cards'] as const;
export type CardAction = (typeof CARD_ACTIONS)[number];

/** What a run can make of a card. A card expires by itself. */
export type CardTarget = Exclude<CardStatus, 'expired'>;

export const TARGET_OF_ACTION = {
  'issue-cards': 'issued',
  'revoke-cards': 'revoked',
} as const satisfies Record<CardAction, CardTarget>;

/** A card as history has it: its number in decimal, its days `YYYY-MM-DD`, both included; null for no limit. */
export type CardState = {
  id: number;
  number: string;
  status: CardStatus;
  validFrom: string | null;
  validUntil: string | null;
};

/**
 * What a row of a run on cards makes of a card; `id` is null for somebody who has none. Of an undo: `was` is the card as
 * the run found it, `is` as the run left it.
 */
export type CardMove = { id: number | null; to: CardTarget; was?: CardState; is?: CardState };

/** The columns of such a row behind those of its person: the number in both forms. */
export const CARD_COLUMNS = ['card_id', 'card_id_hex'] as const;
