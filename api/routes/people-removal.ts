// People taken out of use and brought back, one by one over HTTP: archived, restored, anonymized, deleted.
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { anonymized } from '../../db/queries/apply/anonymize-chunks.ts';
import { listFollowUpsOf } from '../../db/queries/follow-ups/follow-ups.ts';
import { noteTracesOfPerson } from '../../db/queries/forget-traces.ts';
import { findHolder } from '../../db/queries/people.ts';
import { archived, deleted, movePerson, type PersonMove, restored } from '../../db/queries/person-moves.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { isLastWhoGivesRoles } from '../../db/queries/roles/role-holders.ts';
import type { AuditWhat } from '../../domain/audit.ts';
import type { PersonStatus } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { LAST_ADMIN } from '../../domain/role.ts';
import { requireRightsOf } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import {
  ATTEMPTS_MAX,
  changedMeanwhile,
  EDIT_REPLIES,
  personFor,
  personReply,
  versionOf,
  versionQuery,
  writtenBy,
} from '../person-edits.ts';
import { idParams, ifMatchHeader } from '../query.ts';
import { type Route, route } from '../route.ts';
import { personSchema } from '../wire-person.ts';

/** A step in the life of a person: what it needs, whom it takes, what becomes of them. */
type Step = {
  permission: Permission;
  audit: AuditWhat;
  from: readonly PersonStatus[];
  /** Who is so already stays as they are. Null: nobody is left. */
  to: PersonStatus | null;
  move: PersonMove;
  /** Nobody does this to themselves, or to somebody who holds more than they do. */
  isFinal: boolean;
};

const ARCHIVE: Step = {
  permission: 'people:archive',
  audit: 'person.archived',
  from: ['active'],
  to: 'archived',
  move: archived,
  isFinal: false,
};
const RESTORE: Step = {
  permission: 'people:restore',
  audit: 'person.restored',
  from: ['archived'],
  to: 'active',
  move: restored,
  isFinal: false,
};
const DELETE: Step = {
  permission: 'people:delete',
  audit: 'person.deleted',
  from: ['active', 'archived'],
  to: null,
  move: deleted,
  isFinal: true,
};

const ANONYMIZE: Step = {
  permission: 'people:anonymize',
  audit: 'person.anonymized',
  from: ['archived'],
  to: 'anonymized',
  move: anonymized,
  isFinal: true,
};

const ASKED = { params: idParams, query: versionQuery, headers: ifMatchHeader };
const REPLIES = {
  403: { description: 'You lack the right on the site, or the person holds rights that you lack' },
  404: { description: 'The person is not there, or not of your sites' },
  ...EDIT_REPLIES,
};

export function peopleRemovalRoutes({ db, followUps }: ApiDeps): Route[] {
  /** Takes the step, and has those look again who wait for the person. */
  const step = async (admin: Admin, id: number, taking: Step, version: number | undefined) => {
    const waiting = await listFollowUpsOf(db, id);
    const person = await taken(db, admin, id, taking, version);
    await followUps.nudge(waiting);
    return person;
  };
  const post = (name: string, taking: Step, summary: string, description: string): Route =>
    route({
      method: 'post',
      path: `/v1/people/{id}/${name}`,
      audit: taking.audit,
      tag: 'people',
      summary,
      description,
      ...ASKED,
      replies: { 200: { description: 'The person', schema: personSchema }, ...REPLIES },
      async handle({ admin, params, query, request }) {
        const version = query.version ?? versionOf(request.get('if-match'));
        return personReply(200, await step(admin, params.id, taking, version));
      },
    });
  return [
    post(
      'archive',
      ARCHIVE,
      'Archive a person',
      'Takes the person out of use and frees the email; everything else is kept. An archived one stays so.',
    ),
    post(
      'restore',
      RESTORE,
      'Restore a person',
      'Brings an archived person back, if nobody has taken the email since (`key-taken`).',
    ),
    post(
      'anonymize',
      ANONYMIZE,
      'Anonymize a person',
      'Empties an archived person of all that identifies, here and in what runs hold. Photos of the cardholder ' +
        'stay and are nobody’s; of the others proof is left that they are gone. It can’t be undone.',
    ),
    route({
      method: 'delete',
      path: '/v1/people/{id}',
      audit: DELETE.audit,
      tag: 'people',
      summary: 'Delete a person',
      description:
        'With everything that is theirs. What is left is that it happened, and proof that their photos are gone. ' +
        'It can’t be undone.',
      ...ASKED,
      replies: { 204: { description: 'The person is deleted' }, ...REPLIES },
      async handle({ admin, params, query, request }) {
        const version = query.version ?? versionOf(request.get('if-match'));
        await step(admin, params.id, DELETE, version);
        return { status: 204 };
      },
    }),
  ];
}

/** Takes the step and gives the person as it is then, or was last. Refuses what the step does not allow. */
async function taken(
  db: Database,
  admin: Admin,
  id: number,
  step: Step,
  version: number | undefined,
): Promise<PersonRow> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const read = await personFor(db, admin, id, step.permission);
    if (read.status === step.to) return unchanged(db, read);
    if (!step.from.includes(read.status)) throw outOfOrder(read, step);
    if (version !== undefined && version !== read.version) throw changedMeanwhile();
    if (step.isFinal) await requireFinal(db, admin, read);
    if (read.status === 'active' && (await isLastWhoGivesRoles(db, read)))
      throw new Refusal('conflict', LAST_ADMIN);
    if (step.isFinal) await noteTracesOfPerson(db, read.rootId, read.id);
    const person = await writtenBy(db, await movePerson(db, read, step.move, admin.personId));
    if (person) return person;
  }
  throw changedMeanwhile();
}

/** A step that changes nothing writes nothing; a run holds it up all the same. */
async function unchanged(db: Database, read: PersonRow): Promise<PersonRow> {
  const holder = await findHolder(db, read.siteId);
  if (holder) await writtenBy(db, { kind: 'locked', holder });
  return read;
}

const outOfOrder = (read: PersonRow, { from, to }: Step) =>
  to === 'anonymized' && read.status === 'active'
    ? new Refusal(
        'conflict',
        'This person is active. Archive the person first: only archived people are anonymized.',
        {
          reason: 'not-archived',
        },
      )
    : new Refusal(
        'conflict',
        `This person is ${read.status}. It is possible only for people who are ${from.join(' or ')}.`,
      );

async function requireFinal(db: Database, admin: Admin, read: PersonRow): Promise<void> {
  if (read.id === admin.personId) throw new Refusal('conflict', 'This is you. Ask another admin to do this.');
  await requireRightsOf(db, admin, read.id);
}
