// How a site invites: who writes, where answers go, and how many days everything takes. A site that says nothing does as the one above.

/** What a site says itself; null leaves it to the site above. */
export type InvitationSettings = {
  /** Who writes, beside the organisation: such as *Card office*. */
  office: string | null;
  replyTo: string | null;
  /** Days for which a link works, from the invitation on. */
  linkDays: number | null;
  /** Days after the start of a follow-up on which those are reminded who have sent nothing; none for an empty list. */
  reminderDays: readonly number[] | null;
  /** Days after which a follow-up ends. */
  deadlineDays: number | null;
};

/** What holds at a site. */
export type EffectiveInvitationSettings = {
  office: string | null;
  replyTo: string | null;
  linkDays: number;
  reminderDays: readonly number[];
  deadlineDays: number;
};

export const DEFAULT_INVITATION_SETTINGS: EffectiveInvitationSettings = Object.freeze({
  office: null,
  replyTo: null,
  linkDays: 28,
  reminderDays: [7, 14],
  deadlineDays: 28,
});

export const OFFICE_LENGTH_MAX = 120;
/** Days may have fractions: a site that tries its mails out does not wait until tomorrow. */
export const DAYS_MIN = 1 / 24 / 60 / 60;
export const DAYS_MAX = 366;
export const REMINDERS_MAX = 10;

export const LOGO_BYTES_MAX = 200 * 1024;

/** A setting as it holds, and the site that says it; null where none does and the default holds. */
export type Said<Value> = { value: Value; fromSiteId: number | null };

type Saying = InvitationSettings & { siteId: number };

/** What holds, from what the site and those above it say, nearest first. */
export function effectiveSettings(said: readonly Saying[]): {
  [Name in keyof EffectiveInvitationSettings]: Said<EffectiveInvitationSettings[Name]>;
} {
  const nearest = <Name extends keyof EffectiveInvitationSettings>(
    name: Name,
  ): Said<EffectiveInvitationSettings[Name]> => {
    const by = said.find((one) => one[name] !== null);
    const value = by?.[name] as EffectiveInvitationSettings[Name] | undefined;
    return { value: value ?? DEFAULT_INVITATION_SETTINGS[name], fromSiteId: by?.siteId ?? null };
  };
  return {
    office: nearest('office'),
    replyTo: nearest('replyTo'),
    linkDays: nearest('linkDays'),
    reminderDays: nearest('reminderDays'),
    deadlineDays: nearest('deadlineDays'),
  };
}

/** Without who says what. */
export const settingsIn = (effective: ReturnType<typeof effectiveSettings>): EffectiveInvitationSettings => ({
  office: effective.office.value,
  replyTo: effective.replyTo.value,
  linkDays: effective.linkDays.value,
  reminderDays: effective.reminderDays.value,
  deadlineDays: effective.deadlineDays.value,
});
