// Over the page, once its session has ended: whoever signs in again goes on where they were.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { sessionQuery, useSessionEnded } from '../client/session.ts';
import { useWords } from '../words/language.tsx';
import styles from './session-ended.module.css';
import { SignInForm } from './sign-in-form.tsx';
import { signInWords } from './sign-in-words.ts';

export function SessionEnded() {
  const said = useWords(signInWords);
  const hasEnded = useSessionEnded();
  const next = useRouterState({ select: ({ location }) => location.href });
  const { data: before } = useQuery({ ...sessionQuery, enabled: false });
  return (
    <Modal
      opened={hasEnded}
      onClose={() => {}}
      title={said.ended}
      size={408}
      zIndex={400}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      overlayProps={{ color: 'var(--scrim)', backgroundOpacity: 1, blur: 8 }}
      classNames={{ header: styles['head'] ?? '', title: styles['title'] ?? '', body: styles['body'] ?? '' }}
    >
      <p className={styles['note']}>{said.endedNote}</p>
      <SignInForm
        next={next}
        onSignedIn={({ personId }) => {
          // Somebody else gets nothing of what the page still holds.
          if (personId !== before?.personId) location.reload();
        }}
      />
    </Modal>
  );
}
