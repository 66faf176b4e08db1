// A word about what you have just done: it goes by itself after six seconds.
import { notifications } from '@mantine/notifications';
import { ApiProblem } from '../client/client.ts';

/** Mantine writes black on its dark ground where there is no title. */
const LOOK = { styles: { description: { color: 'var(--text)' } } };

export const toast = (message: string): void => {
  notifications.show({ message, closeButtonProps: closing(), ...LOOK });
};

const closing = () => ({ 'aria-label': document.documentElement.lang === 'de' ? 'Schließen' : 'Close' });

const AWAY = {
  en: 'Muster cannot be reached. Nothing was done; try again in a moment.',
  de: 'Muster ist nicht erreichbar. Nichts wurde getan; versuchen Sie es gleich noch einmal.',
};

/** What could not be done, in the words of whoever refused it. */
export const toastProblem = (error: unknown): void => {
  notifications.show({
    message:
      error instanceof ApiProblem && error.status === 0
        ? AWAY[document.documentElement.lang === 'de' ? 'de' : 'en']
        : error instanceof Error
          ? error.message
          : String(error),
    color: 'red',
    autoClose: 12_000,
    role: 'alert',
    closeButtonProps: closing(),
    ...LOOK,
  });
};
