// A dialog of Mantine as an alert dialog: it has one role for all of its dialogs.
import { useId } from 'react';

/** The ids of its title and its text, and the ref of what is within it. */
export function useAlertDialog() {
  const ids = { title: useId(), text: useId() };
  const within = (element: HTMLElement | null) => {
    const dialog = element?.closest('[role="dialog"]');
    dialog?.setAttribute('role', 'alertdialog');
    dialog?.setAttribute('aria-labelledby', ids.title);
    dialog?.setAttribute('aria-describedby', ids.text);
  };
  return { ids, within };
}
