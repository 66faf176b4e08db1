// The named places of a preset with several files, each with its file, or open for one: dropped there, or chosen.
import { Button } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconArrowsExchange, IconDownload, IconFilePlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useRef } from 'react';
import { type FileAsked, readingQuery } from '../../client/files.ts';
import type { ImportDraft } from '../../client/imports.ts';
import { type PresetWire, templateAddress } from '../../client/presets.ts';
import { useWords } from '../../words/language.tsx';
import { useTake } from './drop-zone.tsx';
import styles from './upload.module.css';
import { uploadWords } from './upload-words.ts';
import type { Upload } from './use-upload.ts';

type File = ImportDraft['files'][number];
type Props = {
  preset: PresetWire;
  draft: ImportDraft;
  asked: FileAsked;
  card: (file: File, label: string) => ReactNode;
  upload: Upload;
  bytesMax: number;
  /** The files in their places, where one has moved. */
  onFiles: (files: File[]) => void;
};

export function Slots(props: Props) {
  const said = useWords(uploadWords);
  const { templates } = props.preset;
  const { files } = props.draft;
  return (
    <ol className={styles['slots']}>
      {templates.map((template, at) => {
        const file = files.find(({ slot }) => slot === template);
        const name = said.slots[template]?.name ?? template;
        return (
          <li key={template} className={styles['slot']}>
            <h2 className={styles['slotName']}>
              {name} <span className={styles['slotNeed']}>{at === 0 ? said.needed : said.optional}</span>
            </h2>
            {file ? (
              <>
                {props.card(file, name)}
                <WrongSlot {...props} file={file} template={template} />
              </>
            ) : (
              <OpenSlot {...props} template={template} />
            )}
          </li>
        );
      })}
    </ol>
  );
}

function OpenSlot({ preset, draft, upload, bytesMax, template }: Props & { template: string }) {
  const said = useWords(uploadWords);
  const open = useRef<() => void>(null);
  const { take } = useTake(upload, { isMultiple: true, bytesMax });
  const { name, about } = said.slots[template] ?? { name: template, about: '' };
  const { file, href } = templateAddress(preset, draft.siteId, template);
  return (
    <Dropzone
      onDrop={(files) => take(files, template)}
      openRef={open}
      multiple
      activateOnClick={false}
      disabled={upload.state.kind === 'sending'}
      classNames={{ root: styles['slotOpen'] ?? '', inner: styles['slotInner'] ?? '' }}
      inputProps={{ 'aria-label': said.slotInput(name), name: template }}
      tabIndex={-1}
    >
      <IconFilePlus size={20} stroke={1.5} aria-hidden />
      <span className={styles['slotAbout']}>{about}</span>
      <a href={href} download={file} className={styles['slotTemplate']}>
        <IconDownload size={18} stroke={1.75} aria-hidden />
        {said.template} <span className="visually-hidden">{said.ofSlot(name)}</span>
      </a>
      <Button variant="default" size="compact-md" onClick={() => open.current?.()}>
        {said.choose} <span className="visually-hidden">{said.ofSlot(name)}</span>
      </Button>
    </Dropzone>
  );
}

/** What is said where the columns of a file are those of another place, with the way there. */
function WrongSlot({
  draft: { files },
  asked,
  preset: { templates },
  onFiles,
  file,
  template,
}: Props & { file: File; template: string }) {
  const said = useWords(uploadWords);
  const { data: reading, isPlaceholderData } = useQuery(readingQuery(file.id, asked));
  const right = reading?.template ?? template;
  if (right === template || isPlaceholderData) return null;
  const nameOf = (slot: string) => said.slots[slot]?.name ?? slot;
  const move = () =>
    onFiles(
      files
        .map((one) =>
          one.id === file.id
            ? { ...one, slot: right }
            : one.slot === right
              ? { ...one, slot: template }
              : one,
        )
        .sort((a, b) => templates.indexOf(a.slot ?? '') - templates.indexOf(b.slot ?? '')),
    );
  return (
    <p role="alert" className={styles['wrongSlot']}>
      <IconArrowsExchange size={20} stroke={1.75} aria-hidden />
      <span>{said.wrongSlot(nameOf(template), nameOf(right))}</span>
      <Button variant="default" size="compact-md" onClick={move}>
        {said.move(nameOf(right))}
      </Button>
    </p>
  );
}
