// Keys that do something on a page, without a pointer: single letters, two after one another, and those with Ctrl.
import { useLayoutEffect, useRef } from 'react';
import { usePreferences } from './preferences.tsx';

const SEQUENCE_MS = 1500;

/**
 * By key: `e`, `?`, `shift+x`, `ctrl+enter` (or the command key), `g h` (one after the other), `escape`, `space`,
 * `arrowdown`. A handler that gives false has not taken it, and the key does what it does otherwise.
 */
export type KeyBindings = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

type Options = {
  /** Where they hold for a moment only. */
  isOff?: boolean;
  /** Those of an open dialog: all others rest as long as it is open. */
  isInDialog?: boolean;
};

type Registered = { bindings: KeyBindings; hasSingleKeys: boolean } & Options;

const registered: { current: Registered }[] = [];
/** What lay over the page as the key went down: it may be gone by the time that the key is looked at. */
let over = { isDialog: false, isAnything: false };
let before: { key: string; at: number } | undefined;

/**
 * Binds keys as long as the component is there; the one that came last wins. Letters, digits and signs by themselves are
 * off where somebody types or chooses, and for an admin who has turned single keys off.
 */
export function useKeys(bindings: KeyBindings, { isOff = false, isInDialog = false }: Options = {}): void {
  const { hasSingleKeys } = usePreferences();
  const held = useRef<Registered>({ bindings, hasSingleKeys, isOff, isInDialog });
  // As soon as a button is to be seen its key works, and no later.
  useLayoutEffect(() => {
    held.current = { bindings, hasSingleKeys, isOff, isInDialog };
  });
  useLayoutEffect(() => {
    if (registered.length === 0) {
      // Before any dialog hears of it: one that closes would be gone when the key is looked at.
      window.addEventListener('keydown', lookOver, { capture: true });
      document.addEventListener('keydown', onKey);
    }
    registered.push(held);
    return () => {
      registered.splice(registered.indexOf(held), 1);
      if (registered.length > 0) return;
      window.removeEventListener('keydown', lookOver, { capture: true });
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}

/** `shift+x` for X, `?` for whatever keys make it, `ctrl+enter`. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const bare = key === ' ' ? 'space' : key.toLowerCase();
  const isLetterOrNamed = bare.length > 1 || bare !== key.toUpperCase();
  return [
    ...(ctrlKey || metaKey ? ['ctrl'] : []),
    ...(altKey ? ['alt'] : []),
    ...(shiftKey && isLetterOrNamed ? ['shift'] : []),
    bare,
  ].join('+');
}

function lookOver(): void {
  over = {
    isDialog: document.querySelector('[aria-modal="true"]') !== null,
    // Lists stay in the page while they are closed, without a place on it.
    isAnything: [...document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]')].some(
      (one) => one.getClientRects().length > 0,
    ),
  };
}

/** Whether a menu, a list or a dialog was open as the key went down that is being handled. */
export const wasSomethingOpen = (): boolean => over.isAnything || over.isDialog;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  const isCharacter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const hasModifier = event.ctrlKey || event.metaKey;
  if (!hasModifier && isTyping(event.target)) return;
  const open = registered
    .map(({ current }) => current)
    .filter(({ isOff, isInDialog }) => !isOff && (isInDialog || !over.isDialog))
    .filter(({ hasSingleKeys }) => hasSingleKeys || !isCharacter)
    .reverse();
  const first = before && event.timeStamp - before.at < SEQUENCE_MS ? before.key : undefined;
  before = undefined;
  for (const wanted of first === undefined ? [name] : [`${first} ${name}`, name])
    for (const { bindings } of open) {
      const act = bindings[wanted];
      if (act === undefined || act(event) === false) continue;
      event.preventDefault();
      return;
    }
  if (open.some(({ bindings }) => Object.keys(bindings).some((one) => one.startsWith(`${name} `))))
    before = { key: name, at: event.timeStamp };
}

/** Where keys have a meaning already: fields, and lists to choose from. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest(
      'textarea, select, [role="menu"], [role="listbox"], [role="combobox"], input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="file"])',
    ) !== null);
