// The keys that hold on every page: search, the list of keys, G and a letter to go somewhere, / to find, Escape back.
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type KeyBindings, useKeys, wasSomethingOpen } from '../context/keys.ts';
import { showOverlay } from '../context/overlays.ts';
import { useRights } from '../context/rights.ts';
import { isOpened, PLACES } from './places.ts';

/** One record of a list, and what belongs to it: Escape leads one step up. */
const RECORD = /^\/(people|runs|approvals|sources)\/(?!new$)[^/]+(\/rows)?$/;

export function useFrameKeys(): void {
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { mayAnywhere } = useRights();
  const ways: Record<string, KeyBindings[string]> = {};
  for (const place of PLACES)
    if (place.key !== undefined && isOpened(place, mayAnywhere))
      ways[`g ${place.key}`] = () => void navigate({ to: place.to }).then(focusPage);
  useKeys({
    ...ways,
    'ctrl+k': () => showOverlay('search'),
    '?': () => showOverlay('keys'),
    '/': () => focusField(document.querySelector<HTMLElement>('main [data-search]')),
    escape: () => {
      if (wasSomethingOpen() || !RECORD.test(path)) return false;
      void navigate({ to: path.slice(0, path.lastIndexOf('/')) }).then(focusPage);
      return true;
    },
  });
}

export const focusPage = (): void => document.getElementById('main')?.focus({ preventScroll: true });

/** The field itself, or the one inside of what is marked. */
function focusField(marked: HTMLElement | null): boolean {
  const field = marked?.matches('input') ? marked : marked?.querySelector('input');
  if (!(field instanceof HTMLInputElement)) return false;
  field.focus();
  field.select();
  return true;
}
