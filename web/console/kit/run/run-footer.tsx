// What can be done with a run that has ended: it is undone, by a plan that is shown first, or completed for good.
import { Button, Modal, Radio } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { CreatedMode } from '../../../../domain/bulk-action.ts';
import { keepRun, undoRun, useRunAnswer } from '../../client/bulk-actions.ts';
import { newKey } from '../../client/client.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { AlertDialog } from '../alert-dialog.tsx';
import { EditButton } from '../edit-button.tsx';
import { toast, toastProblem } from '../toast.ts';
import styles from './run.module.css';
import { changedBy, openRows } from './run-counts.ts';
import { resultWords } from './run-results-words.ts';

export function RunFooter({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { may } = useRights();
  if (!may('bulk-actions:run', run.site)) return null;
  return (
    <div className={styles['footer']}>
      {run.undoneBy === null ? (
        changedBy(run) > 0 && <Undo run={run} />
      ) : (
        <span>
          {said.undoneBy}{' '}
          <Link to="/runs/$id" params={{ id: run.undoneBy }} className={`mono ${styles['link']}`}>
            {run.undoneBy}
          </Link>
        </span>
      )}
      {run.discardedAt === null && run.counts.total > 0 && <Complete run={run} />}
    </div>
  );
}

function Undo({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { number } = useFormats();
  const { may } = useRights();
  const [isOpen, setOpen] = useState(false);
  const [created, setCreated] = useState<CreatedMode>('archive');
  const [key] = useState(newKey);
  const navigate = useNavigate();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => undoRun(run.id, { created, dryRun: true }, `${key}-${created}`),
    onSuccess: (begun) => {
      keepRun(client, begun);
      void navigate({ to: '/runs/$id', params: { id: begun.id } });
    },
    onError: toastProblem,
  });
  return (
    <>
      <EditButton
        siteId={run.site}
        variant="subtle"
        color="gray"
        c="var(--text)"
        leftSection={<IconArrowBackUp size={18} stroke={1.75} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {said.undo}
      </EditButton>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={said.undoTitle} size={520}>
        <p className={styles['dialogText']}>{said.undoText}</p>
        {run.counts.created > 0 && may('people:delete', run.site) && (
          <Radio.Group
            label={said.undoCreated(number(run.counts.created))}
            value={created}
            onChange={(value) => setCreated(value === 'delete' ? 'delete' : 'archive')}
          >
            <Radio mt="sm" value="archive" label={said.undoArchive} />
            <Radio mt="sm" value="delete" label={said.undoDelete} />
          </Radio.Group>
        )}
        <div className={styles['answers']}>
          <Button variant="default" onClick={() => setOpen(false)}>
            {said.keep}
          </Button>
          <Button onClick={() => undo.mutate()} loading={undo.isPending}>
            {said.undoPlan}
          </Button>
        </div>
      </Modal>
    </>
  );
}

function Complete({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { number } = useFormats();
  const [isOpen, setOpen] = useState(false);
  const answer = useRunAnswer(run.id);
  const open = openRows(run);
  const complete = () =>
    answer.mutate(
      { what: 'discard' },
      {
        onSuccess: () => {
          setOpen(false);
          toast(said.completed);
        },
        onError: toastProblem,
      },
    );
  return (
    <div className={styles['complete']}>
      <span>{said.completeNote}</span>
      <Button variant="default" onClick={() => setOpen(true)}>
        {said.complete}
      </Button>
      <AlertDialog
        isOpen={isOpen}
        title={said.completeTitle}
        keepLabel={said.keepResults}
        doLabel={said.doComplete}
        isBusy={answer.isPending}
        onKeep={() => setOpen(false)}
        onDo={complete}
      >
        <p>{said.completeText(number(run.counts.total))}</p>
        {open > 0 && <p className={styles['warning']}>{said.completeOpen(number(open), open === 1)}</p>}
      </AlertDialog>
    </div>
  );
}
