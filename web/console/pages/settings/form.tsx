// The shape of a form of a setting: its heading, its fields, and what is done with it at the end.
import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { dictionary, useWords } from '../../words/language.tsx';
import styles from './form.module.css';

const words = dictionary({ en: { save: 'Save' }, de: { save: 'Speichern' } });

type Props = {
  title: string;
  about?: ReactNode;
  onSave?: ((event: FormEvent<HTMLFormElement>) => void) | undefined;
  saveLabel?: string;
  isBusy?: boolean;
  /** Beside the button that saves: to remove, to leave to the site above. */
  others?: ReactNode;
  children: ReactNode;
};

export function SettingForm({ title, about, onSave, saveLabel, isBusy = false, others, children }: Props) {
  const said = useWords(words);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!isBusy) onSave?.(event);
  };
  return (
    <form className={styles['form']} onSubmit={submit} noValidate aria-label={title}>
      <h2 className={styles['title']}>{title}</h2>
      {about !== undefined && <p className={styles['about']}>{about}</p>}
      <div className={styles['fields']}>{children}</div>
      {(onSave !== undefined || others !== undefined) && (
        <div className={styles['end']}>
          {onSave !== undefined && (
            <Button type="submit" loading={isBusy}>
              {saveLabel ?? said.save}
            </Button>
          )}
          {others}
        </div>
      )}
    </form>
  );
}
