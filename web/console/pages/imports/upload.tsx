// The first step of an import: which file it is.
import { Button } from '@mantine/core';
import { IconArrowRight, IconShieldCheck } from '@tabler/icons-react';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { UploadedFile } from '../../../../api/wire.ts';
import type { Site } from '../../../../api/wire-org.ts';
import { saverOf } from '../../client/draft-saver.ts';
import { type FileAsked, type FileReading, readingQuery, uploadLimitsQuery } from '../../client/files.ts';
import type { ImportDraft } from '../../client/imports.ts';
import { presetsQuery } from '../../client/presets.ts';
import { useKeys } from '../../context/keys.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { toast } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { readingAsked } from './draft-asked.ts';
import { DraftGate } from './draft-gate.tsx';
import { DraftStatus } from './draft-status.tsx';
import { DropZone } from './drop-zone.tsx';
import { FileCard } from './file-card.tsx';
import { Slots } from './slots.tsx';
import styles from './upload.module.css';
import { UploadBeside } from './upload-beside.tsx';
import { uploadWords } from './upload-words.ts';
import { useUpload } from './use-upload.ts';

const BYTES_MAX = 256 * 2 ** 20;

export default function UploadPage() {
  return <DraftGate step={1}>{(draft, site) => <UploadStep draft={draft} site={site} />}</DraftGate>;
}

function UploadStep({ draft, site }: { draft: ImportDraft; site: Site | undefined }) {
  const said = useWords(uploadWords);
  const navigate = useNavigate();
  const client = useQueryClient();
  const saver = saverOf(draft.id);
  const { files, settings } = draft;
  const presets = useQuery(presetsQuery(draft.siteId)).data;
  const preset = presets?.find(({ name }) => name === settings.preset);
  const templates = preset?.templates ?? [];
  const isMany = templates.length > 1;
  const isBundle = preset?.name === 'oneroster' || preset?.base === 'oneroster';
  const limits = useQuery(uploadLimitsQuery).data;
  const bytesMax = (isBundle ? limits?.zipBytesMax : limits?.bytesMax) ?? BYTES_MAX;
  const asked = readingAsked(draft);
  const latest = useRef(draft);
  latest.current = draft;

  const upload = useUpload(async (sent: UploadedFile, place?: string) => {
    const others = latest.current.files;
    const { encoding: _, delimiter: __, headerRow: ___, ...options } = latest.current.settings.options;
    const one = { id: sent.id, name: sent.name, bytes: sent.bytes };
    if (!isMany) {
      saver.change({ files: [{ ...one, slot: null }], settings: { options, choices: {}, rows: null } });
      return;
    }
    // Which one it is, whoever drops it says, or its columns; where neither does, it takes the first place that is free.
    const reading = await client.fetchQuery(readingQuery(sent.id, asked)).catch(() => undefined);
    const free = templates.find((name) => !others.some(({ slot }) => slot === name));
    const slot = place ?? reading?.template ?? free ?? templates[0] ?? null;
    const before = others.find((file) => file.slot === slot);
    const kept = [...others.filter((file) => file.slot !== slot), { ...one, slot }];
    if (before) toast(said.replaced(one.name, before.name, said.slots[slot ?? '']?.name ?? ''));
    saver.change({
      files: kept.sort((a, b) => templates.indexOf(a.slot ?? '') - templates.indexOf(b.slot ?? '')),
    });
    latest.current = { ...latest.current, files: kept };
  });

  const first = isMany ? files.find(({ slot }) => slot === templates[0]) : files[0];
  const reading = useQuery(readingQuery(first?.id, asked)).data;
  useNoted(draft, first?.id, asked);
  const [isRefused, setRefused] = useState(false);
  const [isGoing, setGoing] = useState(false);
  const missing = !first
    ? isMany
      ? said.missingDetails
      : said.missing
    : reading?.faults[0]
      ? said.unreadable
      : undefined;
  const goOn = async () => {
    if (missing !== undefined) {
      setRefused(true);
      document.querySelector<HTMLElement>('#upload-place button')?.focus();
      return;
    }
    // Whoever is quicker than the reading waits for it: it says where the header stands.
    setGoing(true);
    const read =
      first && (await client.ensureQueryData(readingQuery(first.id, asked)).catch(() => undefined));
    setGoing(false);
    if (!latest.current.files.some(({ id }) => id === first?.id)) return;
    if (read?.faults[0]) {
      setRefused(true);
      return;
    }
    if (read) note(client, latest.current, { fileId: first.id, asked, reading: read });
    saver.change({ settings: { step: 'configure' } });
    await navigate({ to: '/import/$draft/configure', params: { draft: draft.id } });
  };
  useKeys({ 'ctrl+enter': () => void goOn() });
  const changeOptions = (options: Partial<ImportDraft['settings']['options']>) => {
    const { headerRow: _, ...kept } = settings.options;
    saver.change({ settings: { options: { ...kept, ...options } } });
  };
  const card = (file: ImportDraft['files'][number], label?: string) => (
    <FileCard
      key={file.id}
      file={file}
      asked={asked}
      {...(label !== undefined && { label })}
      onOptions={changeOptions}
      onRemove={() =>
        saver.change({ files: files.filter(({ id }) => id !== file.id), settings: { rows: null } })
      }
    />
  );
  return (
    <Wizard
      title={said.title}
      note={site?.name}
      step={1}
      links={first && reading ? { 2: `/import/${draft.id}/configure` } : {}}
      status={<DraftStatus id={draft.id} />}
      onCloseTo="/import"
      footer={
        <>
          <span className={styles['promise']}>
            <IconShieldCheck size={18} stroke={1.75} aria-hidden />
            {said.nothing}
          </span>
          <div className={styles['next']}>
            <span role="alert" className={styles['missing']}>
              {isRefused && missing}
            </span>
            <Button
              onClick={() => void goOn()}
              loading={isGoing}
              rightSection={<IconArrowRight size={18} aria-hidden />}
            >
              {said.configure}
            </Button>
          </div>
        </>
      }
    >
      <div className={styles['page']}>
        <header className={styles['title']}>
          <h1>{isMany ? said.questions : said.question}</h1>
          <p>
            {isMany
              ? said.aboutAgents
              : draft.settings.preset === 'user-update'
                ? said.aboutUpdate
                : said.about(site?.name ?? '')}
          </p>
        </header>
        <div className={styles['place']} id="upload-place">
          <DropZone
            upload={upload}
            isReplacing={files.length > 0 && !isMany}
            isMultiple={isMany}
            isBundle={isBundle}
            bytesMax={bytesMax}
          />
          {isMany && preset ? (
            <Slots
              preset={preset}
              draft={draft}
              asked={asked}
              card={card}
              upload={upload}
              bytesMax={bytesMax}
              onFiles={(moved) => saver.change({ files: moved, settings: { choices: {}, rows: null } })}
            />
          ) : (
            files.map((file) => card(file))
          )}
        </div>
        <UploadBeside draft={draft} presets={presets ?? []} />
      </div>
    </Wizard>
  );
}

type Noted = { fileId: string; asked: FileAsked; reading: FileReading };

/** Notes in the draft what the reading has found: where the header stands, and how many rows there are. */
function note(client: QueryClient, draft: ImportDraft, { fileId, asked, reading }: Noted): void {
  const { rows, options } = draft.settings;
  const found = reading.headerRow;
  const isNew = options.headerRow === undefined && found !== 1;
  if (!isNew && rows === reading.rows) return;
  if (isNew) {
    // The same file under the same settings, now said: it is not read twice.
    const told = { ...asked, options: { ...asked.options, headerRow: found } };
    client.setQueryData(readingQuery(fileId, told).queryKey, reading);
  }
  saverOf(draft.id).change({
    settings: { rows: reading.rows, ...(isNew && { options: { ...options, headerRow: found } }) },
  });
}

function useNoted(draft: ImportDraft, fileId: string | undefined, asked: FileAsked): void {
  const client = useQueryClient();
  const { data: reading, isPlaceholderData } = useQuery(readingQuery(fileId, asked));
  useEffect(() => {
    if (fileId === undefined || !reading || isPlaceholderData || reading.faults.length > 0) return;
    note(client, draft, { fileId, asked, reading });
  }, [reading, isPlaceholderData, draft, fileId, asked, client]);
}
