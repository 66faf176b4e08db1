// A question before something that cannot be taken back: the safe answer comes first, and has the focus.
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './alert-dialog.module.css';
import { useAlertDialog } from './use-alert-dialog.ts';

type Props = {
  isOpen: boolean;
  title: string;
  /** What follows from it. */
  children: ReactNode;
  keepLabel: string;
  doLabel: string;
  isBusy?: boolean;
  onKeep: () => void;
  onDo: () => void;
};

export function AlertDialog(props: Props) {
  const { ids, within } = useAlertDialog();
  return (
    <Modal opened={props.isOpen} onClose={props.onKeep} withCloseButton={false} size={520} padding={24}>
      <div ref={within}>
        <h2 id={ids.title} className={styles['title']}>
          {props.title}
        </h2>
        <div id={ids.text} className={styles['text']}>
          {props.children}
        </div>
        <div className={styles['answers']}>
          <Button variant="default" data-autofocus onClick={props.onKeep}>
            {props.keepLabel}
          </Button>
          <Button color="red" onClick={props.onDo} loading={props.isBusy ?? false}>
            {props.doLabel}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
