// Imports: what I am preparing, what is under way, and results that I have not seen.
import { Button } from '@mantine/core';
import { IconPhotoPlus, IconTableImport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { beginDraft, draftsQuery } from '../../client/imports.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Panel } from '../../kit/panel.tsx';
import { Forbidden, Loaded, Message, Waiting } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { DraftLine } from './draft-line.tsx';
import styles from './imports.module.css';
import { importsWords } from './imports-words.ts';
import { RunsBeside } from './runs-beside.tsx';

export default function ImportsPage() {
  const said = useWords(importsWords);
  const site = useSite();
  const { may } = useRights();
  const drafts = useQuery(draftsQuery);
  const mayRun = may('bulk-actions:run');
  return (
    <Page title={said.title} width="reading" actions={mayRun && <Begin />}>
      <div className={styles['sections']}>
        {site && <p className={styles['about']}>{mayRun ? said.beginOn(site.name) : said.mayNot}</p>}
        {site && !mayRun && drafts.data?.length === 0 ? (
          <Forbidden>{said.mayNot}</Forbidden>
        ) : (
          <Panel title={said.mine} isFlush>
            <Loaded query={drafts} waiting={<Waiting lines={3} height={64} />}>
              {(items) => {
                const mine = items.filter(
                  ({ settings, files }) => files.length > 0 || settings.step !== 'upload',
                );
                return mine.length === 0 ? (
                  <Message icon={IconTableImport} title={said.none} action={mayRun && <Begin isFirst />}>
                    {said.noneText}
                  </Message>
                ) : (
                  <ul className={styles['list']}>
                    {mine.map((draft) => (
                      <DraftLine key={draft.id} draft={draft} />
                    ))}
                  </ul>
                );
              }}
            </Loaded>
          </Panel>
        )}
        {!drafts.isPending && <RunsBeside siteId={site?.id} />}
      </div>
    </Page>
  );
}

/** Begins a draft on the site of the page; one that nothing was done with is taken up. */
function Begin({ isFirst = false }: { isFirst?: boolean }) {
  const said = useWords(importsWords);
  const site = useSite();
  const { may } = useRights();
  const navigate = useNavigate();
  const { data: drafts } = useQuery(draftsQuery);
  const [isBusy, setBusy] = useState(false);
  const begin = async () => {
    if (!site) return;
    setBusy(true);
    try {
      const blank = drafts?.find(
        ({ siteId, files, settings }) =>
          siteId === site.id && files.length === 0 && settings.step === 'upload',
      );
      const { id } = blank ?? (await beginDraft(site.id));
      await navigate({ to: '/import/$draft/upload', params: { draft: id } });
    } catch (error) {
      toastProblem(error);
      setBusy(false);
    }
  };
  const button = (
    <Button
      loading={isBusy}
      onClick={() => void begin()}
      leftSection={<IconTableImport size={18} stroke={1.75} aria-hidden />}
    >
      {said.begin}
    </Button>
  );
  if (isFirst || !may('photos:write')) return button;
  return (
    <div className={styles['begin']}>
      <Button
        component={Link}
        to="/photos/zip"
        variant="default"
        className={styles['zip'] ?? ''}
        leftSection={<IconPhotoPlus size={18} stroke={1.75} aria-hidden />}
      >
        {said.zip}
      </Button>
      {button}
    </div>
  );
}
