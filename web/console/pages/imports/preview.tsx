// The third step of an import: the plan, row by row, before anything is written.
import { Button } from '@mantine/core';
import { IconFileAlert, IconLoader2, IconPlayerStop } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { draftQuery } from '../../client/imports.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { useRefused } from '../../kit/refused.ts';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './preview.module.css';
import { frameOf } from './preview-frame.ts';
import { PreviewPlan } from './preview-plan.tsx';
import { previewWords } from './preview-words.ts';

const NO_PARAMS = { draft: '' };

export default function PreviewPage() {
  const { draft: id = '' } = { ...NO_PARAMS, ...useParams({ strict: false }) };
  const draft = useQuery(draftQuery(id));
  const runId = draft.data?.bulkActionId ?? undefined;
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined });
  const said = useWords(previewWords);
  const failed = draft.error ?? run.error;
  const inFrame = (children: ReactNode, note?: string) => (
    <Wizard {...frameOf(id)} title={said.import} note={note}>
      {children}
    </Wizard>
  );
  if (failed)
    return inFrame(<Failure error={failed} onRetry={() => void (draft.error ? draft : run).refetch()} />);
  if (draft.data && runId === undefined)
    return inFrame(<Message title={said.none} action={<ToConfigure draft={id} />} />);
  if (!run.data) return inFrame(<Waiting lines={12} />);
  return <PreviewOf draft={id} run={run.data} key={run.data.id} />;
}

function PreviewOf({ draft, run }: { draft: string; run: BulkAction }) {
  const said = useWords(previewWords);
  const why = useRefused(run.error?.message);
  const asks = run.state === 'awaiting-confirmation' ? run.ask?.round : undefined;
  const [seen, setSeen] = useState(asks);
  if (asks !== undefined && asks !== seen) setSeen(asks);
  const note = run.fileName ?? undefined;
  const { state } = run;
  if (state === 'rejected')
    return (
      <Wizard {...frameOf(draft)} title={said.import} note={note}>
        <Message icon={IconFileAlert} title={said.rejected} isAlert action={<ToConfigure draft={draft} />}>
          {why}
        </Message>
      </Wizard>
    );
  if (state === 'cancelled')
    return (
      <Wizard {...frameOf(draft)} title={said.import} note={note}>
        <Message icon={IconPlayerStop} title={said.cancelled} action={<ToConfigure draft={draft} />} />
      </Wizard>
    );
  // The lock is asked for, or another's word: the plan is agreed to.
  const isUnderWay = ['awaiting-approval', 'grace-period', 'applying', 'completed'].includes(state);
  if (isUnderWay || (state === 'queued' && run.checkedAt !== null))
    return <Navigate to="/import/$draft/run" params={{ draft }} replace />;
  if (seen !== undefined)
    return <PreviewPlan draft={draft} run={run} round={seen} isMoving={asks === undefined} />;
  return (
    <Wizard {...frameOf(draft)} title={said.import} note={note}>
      <UnderWay run={run} />
    </Wizard>
  );
}

/** Until there is a plan: what is done just now. */
function UnderWay({ run }: { run: BulkAction }) {
  const said = useWords(previewWords);
  const { number } = useFormats();
  const total = run.progress.total;
  return (
    <div className={styles['underWay']} role="status">
      <IconLoader2 size={28} stroke={1.5} aria-hidden className={styles['turning']} />
      <h1 className={styles['title']}>{run.state === 'staging' ? said.reading : said.checking}</h1>
      {total !== null && <p className={styles['meta']}>{said.rows(total, number(total))}</p>}
      <p className={styles['meta']}>{said.checkingNote}</p>
    </div>
  );
}

function ToConfigure({ draft }: { draft: string }) {
  const said = useWords(previewWords);
  return (
    <Button variant="default" component={Link} to={`/import/${draft}/configure`}>
      {said.toConfigure}
    </Button>
  );
}
