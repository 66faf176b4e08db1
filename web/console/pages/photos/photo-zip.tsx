// Photos of many people in one zip, in the frame of an import: uploaded, matched, looked at, then run.
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { UploadedFile } from '../../../../api/wire.ts';
import { runQuery } from '../../client/bulk-actions.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Forbidden, Loaded } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import { Wizard } from '../imports/wizard.tsx';
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
  const run = useQuery(runQuery(runId));
  return (
    <Wizard {...frame} step={3}>
      <div className={styles['page']}>
        <Loaded query={run}>{(shown) => <ZipPreview run={shown} onBack={onBack} onEnd={onEnd} />}</Loaded>
      </div>
    </Wizard>
  );
}
