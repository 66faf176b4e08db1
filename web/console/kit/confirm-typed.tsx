// The question before what cannot be taken back: the number in words, what it means, and a phrase to be typed.
import { Button, Modal, TextInput } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { dictionary, useWords } from '../words/language.tsx';
import styles from './confirm-typed.module.css';
import { useAlertDialog } from './use-alert-dialog.ts';

const words = dictionary({
  en: { type: 'Type', toGoOn: 'to go on' },
  de: { type: 'Geben Sie', toGoOn: 'ein, um fortzufahren' },
});

type Props = {
  isOpen: boolean;
  icon: Icon;
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** What else has to be known: that somebody must approve. */
  notice?: ReactNode;
  noticeIcon?: Icon;
  /** `anonymize 143`: compared without regard to case and outer spaces. */
  phrase: string;
  keepLabel: string;
  doLabel: string;
  isBusy?: boolean;
  onKeep: () => void;
  onDo: () => void;
};

/** An alert dialog whose safe answer comes first. Enter does nothing until the phrase is there. */
export function ConfirmTyped(props: Props) {
  const said = useWords(words);
  const { ids, within } = useAlertDialog();
  const [typed, setTyped] = useState('');
  const isTyped = typed.trim().toLowerCase() === props.phrase.toLowerCase();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isTyped && !props.isBusy) props.onDo();
  };
  const { icon: Sign, noticeIcon: NoticeSign } = props;
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onKeep}
      onExitTransitionEnd={() => setTyped('')}
      withCloseButton={false}
      size={540}
      padding={24}
    >
      <form onSubmit={submit} ref={within}>
        <div className={styles['head']}>
          <span className={styles['sign']}>
            <Sign size={22} stroke={1.75} aria-hidden />
          </span>
          <div>
            <h2 id={ids.title} className={styles['title']}>
              {props.title}
            </h2>
            <div id={ids.text} className={styles['text']}>
              {props.children}
            </div>
          </div>
        </div>
        {props.notice !== undefined && (
          <div className={styles['notice']}>
            {NoticeSign && <NoticeSign size={20} stroke={1.5} aria-hidden />}
            <span>{props.notice}</span>
          </div>
        )}
        <TextInput
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          label={
            <>
              {said.type} <strong>{props.phrase}</strong> {said.toGoOn}
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          classNames={{ input: styles['phrase'] ?? '' }}
        />
        <div className={styles['answers']}>
          <Button variant="default" onClick={props.onKeep}>
            {props.keepLabel}
          </Button>
          <Button
            type="submit"
            color="red"
            aria-disabled={!isTyped}
            {...(!isTyped && { 'data-disabled': true })}
            loading={props.isBusy ?? false}
          >
            {props.doLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
