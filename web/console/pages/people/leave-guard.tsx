// The question before a page is left on which something was typed that is not saved.
import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useWords } from '../../words/language.tsx';
import { formWords } from './form-words.ts';

type Props = {
  /** How many fields are not saved; 0 lets everybody go. */
  changed: () => number;
  /** Where the form itself is to be closed, and the page stays. */
  isAsking?: boolean;
  onStay?: () => void;
  onLeave?: () => void;
};

export function LeaveGuard({ changed, isAsking = false, onStay, onLeave }: Props) {
  const words = useWords(formWords);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => changed() > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: () => changed() > 0,
    withResolver: true,
  });
  const isBlocked = blocker.status === 'blocked';
  const stay = () => (isBlocked ? blocker.reset() : onStay?.());
  const leave = () => (isBlocked ? blocker.proceed() : onLeave?.());
  return (
    <Modal opened={isBlocked || isAsking} onClose={stay} title={words.leaveTitle} withCloseButton={false}>
      <p>{words.leaveText(changed())}</p>
      <Group justify="flex-end" mt="xl">
        <Button variant="default" data-autofocus onClick={stay}>
          {words.stay}
        </Button>
        <Button color="red" onClick={leave}>
          {words.leave}
        </Button>
      </Group>
    </Modal>
  );
}
