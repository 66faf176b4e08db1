// What the cardholder's page shows: one of a few states, from what is known of the link and the time.
import type { CardholderPage, SentPhoto } from '../../db/queries/invitations/cardholder-page.ts';

/** The page of a link that was sent. What names somebody is there while the link works, and not after. */
export type PageState =
  /** Nothing came yet. */
  | { kind: 'open' }
  /** A photo came, and nobody has looked at it. `photo` and another try: while the link works. */
  | { kind: 'waiting'; photo: SentPhoto | null; canSend: boolean }
  | { kind: 'sent-back'; photo: SentPhoto }
  | { kind: 'approved' }
  | { kind: 'expired' }
  /** Nobody waits for a photo any more. */
  | { kind: 'closed' }
  | { kind: 'unknown' };

export function pageStateOf(page: CardholderPage | undefined, now: Date): PageState {
  if (!page) return { kind: 'unknown' };
  if (page.personStatus !== 'active') return { kind: 'closed' };
  if (page.state === 'done') return { kind: 'approved' };
  const works = page.state !== 'closed' && page.expiresAt.getTime() > now.getTime();
  // Whoever has sent a photo has done their part, whatever became of the link since.
  if (page.photo?.state === 'waiting')
    return { kind: 'waiting', photo: works ? page.photo : null, canSend: works };
  if (!works) return { kind: page.state === 'closed' ? 'closed' : 'expired' };
  return page.photo?.state === 'declined' ? { kind: 'sent-back', photo: page.photo } : { kind: 'open' };
}

/** Whether a photo is taken in this state. */
export const takesPhotos = (state: PageState): boolean =>
  state.kind === 'open' || state.kind === 'sent-back' || (state.kind === 'waiting' && state.canSend);
