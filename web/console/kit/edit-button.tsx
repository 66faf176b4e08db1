// A button that edits: while a run holds the site it stays where it is, says why it does nothing, and opens by itself.
import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ComponentPropsWithoutRef, MouseEvent } from 'react';
import { useLock } from '../client/locks.ts';
import { useWords } from '../words/language.tsx';
import styles from './edit-button.module.css';
import { lockWords } from './lock-words.ts';

type Props = ButtonProps &
  Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps> & {
    /** Whose lock counts; left out, that of the page's site. */
    siteId?: number | undefined;
  };

/** Takes what a Button takes. It can be focused while it is locked: whoever does not see it hears the reason. */
export function EditButton({ siteId, onClick, type = 'button', className, ...props }: Props) {
  const reason = useEditReason(siteId);
  if (reason === undefined)
    return <Button {...props} type={type} {...(className && { className })} onClick={onClick} />;
  const stop = (event: MouseEvent) => event.preventDefault();
  return (
    <Tooltip label={reason}>
      <Button
        {...props}
        type="button"
        variant="default"
        className={[styles['locked'], className].filter(Boolean).join(' ')}
        aria-disabled
        aria-description={reason}
        onClick={stop}
      />
    </Tooltip>
  );
}

/** Why nobody may edit the site just now, in a few words; undefined where everybody may. */
export function useEditReason(siteId?: number): string | undefined {
  const lock = useLock(siteId);
  const said = useWords(lockWords);
  return lock ? said.opens(lock) : undefined;
}
