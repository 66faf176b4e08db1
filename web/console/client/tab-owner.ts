// Whose the tab is: what pages keep in it, such as a selection or what was searched for, is seen by nobody else.

const PREFIX = 'muster-';
const OWNER = `${PREFIX}owner`;

/** Says who works in the tab from now on, null for nobody. What somebody else has left there goes. */
export function ownTab(personId: number | null): void {
  if (personId !== null && sessionStorage.getItem(OWNER) === String(personId)) return;
  for (const name of Object.keys(sessionStorage))
    if (name.startsWith(PREFIX)) sessionStorage.removeItem(name);
  if (personId !== null) sessionStorage.setItem(OWNER, String(personId));
}
