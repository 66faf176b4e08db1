// Whether the draft is saved, in the bar of the import; and what to do where another window was first.
import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCloudCheck, IconCloudOff, IconCloudUp } from '@tabler/icons-react';
import { useDraftSaver } from '../../client/draft-saver.ts';
import { useWords } from '../../words/language.tsx';
import styles from './draft-status.module.css';
import { draftStatusWords } from './draft-status-words.ts';

export function DraftStatus({ id }: { id: string }) {
  const said = useWords(draftStatusWords);
  const { saver, state } = useDraftSaver(id);
  const isFault = state !== 'saved' && state !== 'saving';
  const Sign =
    { saved: IconCloudCheck, saving: IconCloudUp, unreachable: IconCloudOff }[state as string] ??
    IconAlertTriangle;
  return (
    <div className={styles['status']} role="status" data-fault={isFault || undefined}>
      <Sign size={18} stroke={1.75} aria-hidden className={styles['sign']} />
      <span className={styles['text']}>
        {state === 'saved' ? said.saved : state === 'saving' ? said.saving : said.faults[state]}
      </span>
      {state === 'newer' && (
        <Button variant="subtle" size="compact-sm" onClick={() => void saver.takeNewer()}>
          {said.load}
        </Button>
      )}
    </div>
  );
}
