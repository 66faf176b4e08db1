// A word about what you have just done: it goes by itself after six seconds.
import { notifications } from '@mantine/notifications';

/** Mantine writes black on its dark ground where there is no title. */
const LOOK = { styles: { description: { color: 'var(--text)' } } };

export const toast = (message: string): void => {
  notifications.show({ message, closeButtonProps: closing(), ...LOOK });
};

const closing = () => ({ 'aria-label': document.documentElement.lang === 'de' ? 'Schließen' : 'Close' });

/** What could not be done, in the words of whoever refused it. */
export const toastProblem = (error: unknown): void => {
  notifications.show({
    message: error instanceof Error ? error.message : String(error),
    color: 'red',
    autoClose: 12_000,
    role: 'alert',
    closeButtonProps: closing(),
    ...LOOK,
  });
};
