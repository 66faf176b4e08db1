// The audit trail: the names of everything that is noted in it, a noun and what was done to it.

/** What an event can be about, told by an id of its own. */
export const SUBJECTS = [
  'person',
  'site',
  'field',
  'org-unit',
  'role',
  'key',
  'preset',
  'file',
  'run',
  'safeguard',
  'webhook',
  'invitation',
  'card',
  'photo',
  'source',
] as const;
export type Subject = (typeof SUBJECTS)[number];

type Entry = { subject: Subject | null; means: string };

const of = (subject: Subject | null, means: string): Entry => ({ subject, means });

/** Every event by its name. docs/audit.md says the same: a test holds them equal. */
export const AUDIT_EVENTS = {
  'person.created': of('person', 'A person was created by hand'),
  'person.updated': of('person', 'A person was changed by hand; `fields` names what was sent'),
  'person.archived': of('person', 'A person was archived by hand'),
  'person.restored': of('person', 'A person was restored by hand'),
  'person.anonymized': of('person', 'A person was anonymized by hand'),
  'person.deleted': of('person', 'A person was deleted by hand'),
  'people.exported': of(null, 'People were downloaded; `narrowedBy` names what they were filtered by'),
  'people-view.saved': of(
    'site',
    'A list of people was saved under a name, or changed; `isShared` for everybody of the site',
  ),
  'people-view.removed': of('site', 'A saved list of people was removed'),
  'photo.received': of('photo', 'A cardholder sent a photo by the link of an invitation'),
  'photo.approved': of('photo', 'A photo that a cardholder sent was approved'),
  'photo.sent-back': of('photo', 'A photo was sent back to the cardholder, for these `reasons`'),
  'photo.reconsidered': of('photo', 'A decision about a photo was taken back before anybody was told'),
  'photo.turned': of('photo', 'A photo that waits for a look was turned'),
  'photo.added': of('person', 'A person was given a photo by hand'),
  'photo.deleted': of('person', 'The photo of a person was deleted by hand'),
  'photos.reviewed': of(
    null,
    'Photos were decided about in bulk: the `decision`, and how many were `decided`, each with an event of its own',
  ),
  'person.unsubscribed': of('person', 'A cardholder wants no more mails, and said so by the link of one'),
  'person.mail-allowed': of(
    'person',
    'Somebody whose mails had bounced, or who wanted none, may be mailed again',
  ),
  'invitations.made': of(null, 'People were invited by hand: how many `people`'),
  'invitation.sent': of('invitation', 'An invitation was sent once more'),
  'invitation.closed': of('invitation', 'An invitation was closed'),
  'invitation-settings.updated': of(
    'site',
    'It was changed how a site invites; `fields` names what was sent',
  ),
  'invitation-text.updated': of('site', 'It was changed what a site says in a `mail`, in a `language`'),
  'site.created': of('site', 'A site was made'),
  'site.updated': of('site', 'A site was changed'),
  'sites.exported': of(null, 'Sites were downloaded'),
  'field.created': of('field', 'A field was added to a site'),
  'field.updated': of('field', 'A field was changed'),
  'field.deleted': of('field', 'A field was removed'),
  'org-unit.created': of('org-unit', 'An org unit was made'),
  'org-unit.updated': of('org-unit', 'An org unit was renamed or moved'),
  'org-unit.deleted': of('org-unit', 'An org unit was removed'),
  'org-units.imported': of(null, 'Org units were added by a file'),
  'role.created': of('role', 'A role was made'),
  'role.updated': of('role', 'A role was renamed, or permits other things than before'),
  'role.deleted': of('role', 'A role was removed'),
  'roles.imported': of(null, 'Roles were added by a file'),
  'role.given': of('person', 'A role was given to a person, `roleId` on `siteId`'),
  'role.taken': of('person', 'A role was taken from a person, `roleId` on `siteId`'),
  'key.created': of('key', 'An API key was made for `personId`'),
  'key.revoked': of('key', 'An API key was ended'),
  'preset.saved': of('preset', 'A site saved a preset'),
  'preset.removed': of('preset', 'A site removed a preset that it had saved'),
  'answers.remembered': of('site', 'It was remembered how files of a `preset` are read'),
  'safeguard.updated': of('safeguard', 'The safeguards of a site were changed'),
  'webhook.created': of('webhook', 'A webhook was made'),
  'webhook.updated': of('webhook', 'A webhook was changed'),
  'webhook.deleted': of('webhook', 'A webhook was removed'),
  'webhook.tested': of('webhook', 'A test message was sent to a webhook'),
  'webhook.resent': of('webhook', 'A delivery was sent to a webhook once more'),
  'source.created': of('source', 'A source was set up'),
  'source.changed': of('source', 'A source was changed; `fields` names what was sent'),
  'source.removed': of('source', 'A source was removed'),
  'source.tested': of(
    'source',
    'The way to a source was tested, of a new one too; `fields` names what was sent',
  ),
  'source.paused': of(
    'source',
    'A source was paused, by somebody or by itself; `reason` says why, `run` whose question it was',
  ),
  'source.resumed': of(
    'source',
    'A paused source was set going again; `run` is whose question was answered where it went on by itself',
  ),
  'source.stale': of(
    'source',
    'Nothing good has come from a source for longer than the `freshHours` in which something must',
  ),
  'source.asked': of('source', 'Somebody wanted a source to look now, or for some days that have passed'),
  'card.added': of('card', 'A card was added by hand'),
  'card.issued': of('card', 'A card was issued by hand'),
  'card.revoked': of('card', 'A card was revoked by hand'),
  'card.replaced': of('card', 'A card was replaced by hand; `cardId` is the new one'),
  'card.changed': of('card', 'The days of a card were changed by hand; `fields` names what was sent'),
  'file.uploaded': of('file', 'A file was uploaded'),
  'run.started': of('run', 'A run was begun; of one that takes back another, `undoes` is that other'),
  'run.confirmed': of('run', 'Somebody confirmed the plan of a run, in its `round` of asking'),
  'run.mended': of(
    'run',
    'Somebody mended cells of the plan of a run, in its `round` of asking: how many `rows`, and in which `field`',
  ),
  'run.approved': of('run', 'Another admin approved the plan of a run, in its `round` of asking'),
  'run.declined': of('run', 'Another admin declined the plan of a run, in its `round` of asking'),
  'run.released': of('run', 'Nobody objected in the grace period of a run'),
  'run.paused': of('run', 'A run was paused'),
  'run.resumed': of('run', 'A paused run was set going again'),
  'run.cancel-requested': of('run', 'Somebody asked for a run to be cancelled'),
  'run.discarded': of('run', 'The results of a run were discarded'),
  'run.completed': of('run', 'A run ended, all of its rows done; `counts` are its outcomes'),
  'run.rejected': of('run', 'A run ended before it wrote anything; `code` says why'),
  'run.cancelled': of(
    'run',
    'A run ended early; `counts` are its outcomes, `reason` says why: `asked`, `declined`, `timed-out` or `gone`',
  ),
  'follow-up.reminded': of('run', 'An admin had those reminded whose photo a run still waits for'),
  'follow-up.closed': of('run', 'An admin closed the follow-up of a run'),
  'follow-up.ended': of(
    'run',
    'The follow-up of a run ended; `counts` say how far it was, `because` why: `complete`, `deadline` or `closed`',
  ),
  'results.downloaded': of('run', 'The results of a run were downloaded'),
  'audit.exported': of(null, 'The audit trail was downloaded'),
  'session.opened': of(null, 'Somebody signed in'),
  'session.closed': of(null, 'Somebody signed out'),
  'session.refused': of('person', 'A wrong password was given for this person'),
  'profile.updated': of(null, 'An admin changed how they want the console; `fields` names what was sent'),
  'request.began': of(null, 'A request was let in to do what `of` names; what came of it is another event'),
  'request.refused': of(null, 'That request was refused; `code` says why'),
  'request.failed': of(null, 'That request failed; what it had written by then is written'),
  'right.refused': of(null, 'A right was lacking: `permission`, where it is a single one'),
} as const satisfies Record<string, Entry>;
export type AuditWhat = keyof typeof AUDIT_EVENTS;

export const subjectOf = (what: AuditWhat): Subject | null => AUDIT_EVENTS[what].subject;

/** Facts of an event: ids, codes, counts and names of fields. Never a value of anybody's, nor anything typed. */
export type AuditDetails = Readonly<Record<string, unknown>>;

/** What an event is found by: its name in full, or a noun and a dot for all of that noun. */
export const WHAT_PATTERN = /^[a-z-]+\.[a-z-]*$/;

/**
 * What can be wrong at a place of the chain: there is no event; the event, or the one before it, is not as it was
 * noted; it stands behind the end; the end is not what it says; it is not the event that was once shown there.
 */
export const CHAIN_FAULTS = ['missing', 'altered', 'unexpected', 'end', 'not-as-shown'] as const;
export type ChainFault = (typeof CHAIN_FAULTS)[number];
