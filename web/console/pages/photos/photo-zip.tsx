// Photos of many people in one zip, in the frame of an import: uploaded, matched, looked at, run, and what came of it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { BulkAction, UploadedFile } from '../../../../api/wire.ts';
import { isFinal } from '../../../../domain/bulk-action.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { RunControls } from '../../kit/run/run-controls.tsx';
import { RunFooter } from '../../kit/run/run-footer.tsx';
import { RunView } from '../../kit/run/run-view.tsx';
import { Forbidden, Loaded } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import styles from './photo-zip.module.css';
import { ZipConfigure } from './zip-configure.tsx';
import { ZipPreview } from './zip-preview.tsx';
import { ZipUpload } from './zip-upload.tsx';
import { zipWords } from './zip-words.ts';

export default function PhotoZipPage() {
  const said = useWords(zipWords);
  const site = useSite();
  const { may } = useRights();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const [file, setFile] = useState<UploadedFile>();
  const fileId = search.file;
  const to = (at: { file?: string; run?: string }) => void navigate({ to: '/photos/zip', search: at });
  const isAllowed = may('bulk-actions:run') && may('photos:write');
  const step = !isAllowed || fileId === undefined ? 1 : search.run === undefined ? 2 : 3;
  const frame = { title: said.title, note: file?.name ?? site?.name, onCloseTo: '/photos' };
  if (site !== undefined && search.run !== undefined && fileId !== undefined)
    return (
      <Planned frame={frame} runId={search.run} onBack={() => to({ file: fileId })} onEnd={() => to({})} />
    );
  return (
    <Wizard {...frame} step={step}>
      <div className={styles['page']}>
        {site !== undefined &&
          (!isAllowed ? (
            <Forbidden>{said.mayNot}</Forbidden>
          ) : fileId === undefined ? (
            <ZipUpload
              onSent={(sent) => {
                setFile(sent);
                to({ file: sent.id });
              }}
            />
          ) : (
            <ZipConfigure
              siteId={site.id}
              fileId={fileId}
              onAnother={() => to({})}
              onBegun={(run) => to({ file: fileId, run })}
            />
          ))}
      </div>
    </Wizard>
  );
}

type PlannedProps = {
  frame: { title: string; note: string | undefined; onCloseTo: string };
  runId: string;
  onBack: () => void;
  onEnd: () => void;
};

function Planned({ frame, runId, onBack, onEnd }: PlannedProps) {
  const said = useWords(zipWords);
  const query = useQuery(runQuery(runId));
  const run = query.data;
  const shown = { ...frame, note: run?.fileName ?? frame.note };
  if (run?.state === 'rejected')
    return (
      <Wizard {...shown} step={3}>
        <RunView run={run} inWizard />
        <div className={styles['answers']}>
          <Button onClick={onEnd}>{said.another}</Button>
        </div>
      </Wizard>
    );
  if (run && isAgreed(run))
    return (
      <Wizard
        {...shown}
        step={isFinal(run.state) ? 5 : 4}
        {...(isFinal(run.state)
          ? { footer: <RunFooter run={run} /> }
          : { status: <RunControls run={run} /> })}
      >
        <RunView run={run} inWizard />
      </Wizard>
    );
  return (
    <Wizard {...shown} step={3}>
      <div className={styles['page']}>
        <Loaded query={query}>{(one) => <ZipPreview run={one} onBack={onBack} onEnd={onEnd} />}</Loaded>
      </div>
    </Wizard>
  );
}

/** The plan has been answered: from then on this is the run’s page. */
const isAgreed = ({ state, checkedAt }: BulkAction): boolean =>
  isFinal(state) ||
  state === 'applying' ||
  state === 'awaiting-approval' ||
  state === 'grace-period' ||
  (state === 'queued' && checkedAt !== null);
