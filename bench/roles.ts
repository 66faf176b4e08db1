// The figure of roles in bulk: a role is given to everybody whom a filter finds.
import { giveRoleByBound } from './bounds/roles.ts';
import { compare } from './measure.ts';
import { figuresOf } from './moves.ts';
import { changeRolesByMuster, makeRole } from './muster.ts';
import { resetOrganisation } from './organisation.ts';
import type { Stack } from './stack.ts';

const ROLE = 'Bench reader';
/** What the programme of everybody begins with (see organisation.ts). */
const PROGRAMME = 'BSc';

/** So many people are given a role by a run over a filter, and by the bound. */
export async function measureRoles(stack: Stack, { rows, rounds }: { rows: number; rounds: number }) {
  const roleId = await makeRole(stack, ROLE);
  const contest = {
    rows,
    rival: 'bound',
    prepare: () => resetOrganisation(stack.databaseUrl, { people: rows }),
    runRival: () => giveRoleByBound(stack.databaseUrl, { roleId, roleName: ROLE, programme: PROGRAMME }),
    runMuster: () => changeRolesByMuster(stack, { filter: [`programme~${PROGRAMME}`] }, { add: [roleId] }),
  };
  return { roles: figuresOf(await compare('roles', contest, rounds)) };
}
