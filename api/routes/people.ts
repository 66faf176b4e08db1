// People over HTTP: searched, read, made and changed one by one.
import { z } from 'zod';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { findEditLock } from '../../db/queries/edit-locks.ts';
import { contentOf, type Edit, findPerson, insertPerson, type PersonRow, updatePerson, changeOf } from '../../db/queries/people.ts';
import { listPeople } from '../../db/queries/people-list.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Permission } from '../../domain/rights.ts';
import { siteFor, topsFor } from '../access.ts';
import type { ApiDeps } from '../app.ts';
import { heldUp } from '../held-up.ts';
import { peopleQueryFrom } from '../people-query.ts';
import { contentFrom } from '../person-content.ts';
import { numberFromCursor, toPage, toPerson } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { idParams, newPersonSchema, pageOf, pageQuery, peopleQuery, personPatchSchema, personSchema, siteQuery } from '../wire.ts';
