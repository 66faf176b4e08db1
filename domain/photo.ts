// Photos: what becomes of a picture from its arrival to the card, and why one is sent back.

/** `waiting`: somebody is to look at it. `replaced`: a newer one stands in its place, and it is kept for undo for a while. */
export const PHOTO_STATES = ['waiting', 'approved', 'declined', 'replaced'] as const;
export type PhotoState = (typeof PHOTO_STATES)[number];

/** Why a photo is sent back, in the order of their keys in the review. */
export const DECLINE_REASONS = ['face-hidden', 'blurred-or-dark', 'background', 'somebody-else'] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

/** How long a decision can be taken back: then the cardholder is told by mail. */
export const DECISION_GRACE_SECONDS = 10;

/** A link that a photo was sent back by works for so many days at least. */
export const REOPENED_DAYS = 7;

/** Longest note to a cardholder, in characters. */
export const NOTE_LENGTH_MAX = 500;

/** What pixels alone can tell of a picture: each is fine or worth a look. Nothing of it refuses a picture. */
export const PHOTO_CHECKS = ['size', 'focus', 'light', 'background'] as const;
export type PhotoCheck = (typeof PHOTO_CHECKS)[number];
export type PhotoChecks = Record<PhotoCheck, 'fine' | 'warning'>;

/** The part of a picture that goes on the card, in its own pixels. */
export type Crop = { left: number; top: number; width: number; height: number };

/** True where the crop is a part of a picture of this size. */
export const isCropOf = (
  { left, top, width, height }: Crop,
  picture: { width: number; height: number },
): boolean => left + width <= picture.width && top + height <= picture.height;

/** The thumbnail lies beside its picture in the file store. */
export const thumbnailKeyOf = (fileKey: string): string => `${fileKey}-t`;
