// The content of a person after a request, with where the person belongs, checked against all that holds at the site.
import type { Database } from '../db/client.ts';
import { listFieldDefinitions } from '../db/queries/field-definitions.ts';
import { findOrgUnit } from '../db/queries/org-units.ts';
import { findPerson } from '../db/queries/people.ts';
import { contentOf, type PersonContent } from '../db/queries/person-content.ts';
import type { PersonRow } from '../db/queries/person-row.ts';
import { allowedDomains, type SiteRow } from '../db/queries/sites.ts';
import { hintOf } from '../domain/problems.ts';
import { contentFrom, type GivenContent } from './person-content.ts';
import type { Fault } from './problems.ts';

/** Undefined leaves the place as it is, null makes it none. */
type GivenPlaces = { orgUnitId?: number | null | undefined; supervisorId?: number | null | undefined };
export type GivenPerson = GivenContent & GivenPlaces;

/** The content of a person, new where `read` is null, with what is given. Refuses with every fault at once. */
export async function checkedContent(
  db: Database,
  site: SiteRow,
  given: GivenPerson,
  read: PersonRow | null,
): Promise<PersonContent> {
  const [definitions, mailDomains, ...placeFaults] = await Promise.all([
    listFieldDefinitions(db, site.id),
    allowedDomains(db, site.id),
    orgUnitFault(db, site, given.orgUnitId),
    supervisorFault(db, site, given.supervisorId, read),
  ]);
  const faults = placeFaults.filter((fault) => fault !== null);
  const content = contentFrom(given, read && contentOf(read), { definitions, mailDomains }, faults);
  return {
    ...content,
    ...(given.orgUnitId !== undefined && { orgUnitId: given.orgUnitId }),
    ...(given.supervisorId !== undefined && { supervisorId: given.supervisorId }),
  };
}

async function orgUnitFault(
  db: Database,
  site: SiteRow,
  id: number | null | undefined,
): Promise<Fault | null> {
  if (id === null || id === undefined) return null;
  const unit = await findOrgUnit(db, id);
  if (unit && site.path.includes(unit.siteId)) return null;
  return { path: 'orgUnitId', message: 'No org unit of this site, or of one above it, has this id.' };
}

async function supervisorFault(
  db: Database,
  site: SiteRow,
  id: number | null | undefined,
  read: PersonRow | null,
): Promise<Fault | null> {
  if (id === null || id === undefined) return null;
  const own = { code: 'own-supervisor' as const, field: 'supervisor' };
  if (id === read?.id) return { path: 'supervisorId', message: hintOf(own), reason: own };
  const supervisor = await findPerson(db, id);
  if (supervisor?.rootId === site.rootId && supervisor.status !== 'anonymized') return null;
  return { path: 'supervisorId', message: 'Nobody of this organisation has this id.' };
}
