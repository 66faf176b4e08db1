// What lies over the page and is opened from more places than one: search, the list of keys, the menu of small screens.
import { useSyncExternalStore } from 'react';

export type Overlay = 'search' | 'keys' | 'menu';

let open: Overlay | undefined;
const listeners = new Set<() => void>();

/** Opens one in place of any other; undefined closes it. */
export function showOverlay(wanted: Overlay | undefined): void {
  open = wanted;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useOverlay = (): Overlay | undefined => useSyncExternalStore(subscribe, () => open);
