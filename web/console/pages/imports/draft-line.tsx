// An import that is being prepared: what it is of, how far it is, and the ways on and out.
import { Button, Modal } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answerRun, runQuery } from '../../client/bulk-actions.ts';
import { discardDraft, type ImportDraft } from '../../client/imports.ts';
import { useSites } from '../../context/site.ts';
import { RunBadge } from '../../kit/run-badge.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { isLoose } from './check-rows.ts';
import styles from './imports.module.css';
import { importsWords } from './imports-words.ts';

export function DraftLine({ draft }: { draft: ImportDraft }) {
  const said = useWords(importsWords);
  const { number, relative } = useFormats();
  const site = useSites().find(({ id }) => id === draft.siteId);
  const { settings, files, bulkActionId } = draft;
  const run = useQuery({
    ...runQuery(bulkActionId ?? ''),
    enabled: bulkActionId !== null,
    retry: false,
  }).data;
  const name = files.map((file) => file.name).join(', ') || said.noFile;
  const isOver = run !== undefined && (run.state === 'completed' || run.state === 'applying');
  const isWaiting = run !== undefined && !run.finishedAt && !isLoose(run);
  const to = isOver || isWaiting ? 'run' : settings.step;
  const label = isOver && run.finishedAt !== null ? said.see : isOver || isWaiting ? said.view : said.goOn;
  const full =
    label === said.see ? said.seeOf(name) : label === said.view ? said.viewOf(name) : said.goOnOf(name);
  return (
    <li className={styles['line']}>
      <IconFileText size={22} stroke={1.5} aria-hidden className={styles['sign']} />
      <div className={styles['what']}>
        <Link to={`/import/${draft.id}/${to}`} className={styles['name']}>
          {name}
        </Link>
        <span className={styles['meta']}>
          {[
            ...(settings.rows === null ? [] : [said.rows(number(settings.rows), settings.rows === 1)]),
            ...(site ? [said.onSite(site.name)] : []),
            ...(run ? [] : [said.steps[settings.step]]),
            said.changed(relative(draft.updatedAt)),
          ].join(' · ')}
        </span>
      </div>
      {run && <RunBadge run={run} />}
      <div className={styles['ways']}>
        <Button component={Link} to={`/import/${draft.id}/${to}`} variant="default" aria-label={full}>
          {label}
        </Button>
        <Discard
          draft={draft}
          name={name}
          isAsked={files.length > 0}
          plannedBy={run && isLoose(run) ? run.id : undefined}
        />
      </div>
    </li>
  );
}

type DiscardProps = {
  draft: ImportDraft;
  name: string;
  isAsked: boolean;
  /** The dry run that goes with it. */
  plannedBy: string | undefined;
};

function Discard({ draft, name, isAsked, plannedBy }: DiscardProps) {
  const said = useWords(importsWords);
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const discard = async () => {
    setOpen(false);
    try {
      // A plan that nobody goes on with waits for nobody.
      if (plannedBy !== undefined) await answerRun(plannedBy, 'cancel').catch(() => undefined);
      await discardDraft(draft.id);
      toast(said.discarded(name));
    } catch (error) {
      toastProblem(error);
    }
    await client.invalidateQueries({ queryKey: ['imports'] });
  };
  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        aria-label={said.discardOf(name)}
        onClick={() => (isAsked ? setOpen(true) : void discard())}
      >
        {said.discard}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={said.sure(name)}
        closeButtonProps={{ 'aria-label': said.keep }}
      >
        <p className={styles['sure']}>{said.sureText}</p>
        <div className={styles['answers']}>
          <Button variant="default" data-autofocus onClick={() => setOpen(false)}>
            {said.keep}
          </Button>
          <Button color="red" onClick={() => void discard()}>
            {said.discard}
          </Button>
        </div>
      </Modal>
    </>
  );
}
