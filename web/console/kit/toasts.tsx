// Where words about what was done stand: out of the way of the buttons, which a phone has at its bottom.
import { useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import styles from './toasts.module.css';

export function Toasts() {
  const isPhone = useMediaQuery('(width < 600px)', undefined, { getInitialValueInEffect: false });
  return isPhone ? (
    <Notifications position="top-center" autoClose={6000} classNames={{ root: styles['root'] ?? '' }} />
  ) : (
    <Notifications position="bottom-right" autoClose={6000} />
  );
}
