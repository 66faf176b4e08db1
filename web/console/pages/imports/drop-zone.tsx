// Where files are dropped or chosen: how large they may be, how far they are on their way, and what went wrong.
import '@mantine/dropzone/styles.layer.css';
import { Button, Progress } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconAlertCircle, IconFileUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './upload.module.css';
import { uploadWords } from './upload-words.ts';
import type { Upload } from './use-upload.ts';

type Props = {
  upload: Upload;
  /** A file is there already. */
  isReplacing: boolean;
  isMultiple: boolean;
  isBundle: boolean;
  bytesMax: number;
};

/** Takes files that were dropped or chosen, or says why it does not. */
export function useTake(upload: Upload, { isMultiple, bytesMax }: Pick<Props, 'isMultiple' | 'bytesMax'>) {
  const said = useWords(uploadWords);
  const { bytes, number } = useFormats();
  const most = `${number(Math.floor(bytesMax / 2 ** 20))} MB`;
  const take = (files: File[], place?: string) => {
    const large = files.find(({ size }) => size > bytesMax);
    if (large) upload.fail(said.tooLarge(large.name, bytes(large.size), most));
    else if (files.length > 1 && !isMultiple) upload.fail(said.oneOnly);
    else if (files.length > 0) upload.send(files, files.length === 1 ? place : undefined);
  };
  return { take, most };
}

export function DropZone({ upload, isReplacing, isMultiple, isBundle, bytesMax }: Props) {
  const said = useWords(uploadWords);
  const open = useRef<() => void>(null);
  const { state } = upload;
  const { take, most } = useTake(upload, { isMultiple, bytesMax });
  return (
    <>
      {state.kind === 'sending' ? (
        <Sending file={state.file} sent={state.sent} onCancel={upload.cancel} />
      ) : (
        <Dropzone
          onDrop={(files) => take(files)}
          openRef={open}
          multiple
          activateOnClick={false}
          classNames={{ root: styles['zone'] ?? '', inner: styles['zoneInner'] ?? '' }}
          inputProps={{ 'aria-label': said.input, name: 'file' }}
          tabIndex={-1}
        >
          <span className={styles['tile']}>
            <IconFileUpload size={24} stroke={1.5} aria-hidden />
          </span>
          <span className={styles['invite']}>
            {isReplacing ? said.dropOther : isMultiple ? said.dropMany : said.drop}
          </span>
          <span className={styles['limit']}>{isBundle ? said.limitBundle(most) : said.limit(most)}</span>
          <Button variant="default" onClick={() => open.current?.()} className={styles['choose'] ?? ''}>
            {isReplacing ? said.chooseOther : isMultiple ? said.chooseMany : said.choose}
          </Button>
        </Dropzone>
      )}
      <div role="alert" className={styles['alerts']}>
        {state.kind === 'failed' && (
          <p className={styles['alert']}>
            <IconAlertCircle size={20} stroke={1.75} aria-hidden />
            <span>
              {state.why === 'cancelled'
                ? said.cancelled
                : state.why === 'broken-off'
                  ? said.brokenOff
                  : state.why}
            </span>
            {state.files.length > 0 && (
              <Button
                variant="default"
                size="compact-md"
                onClick={() => upload.send(state.files, state.place)}
              >
                {said.again}
              </Button>
            )}
          </p>
        )}
      </div>
    </>
  );
}

function Sending({ file, sent, onCancel }: { file: File; sent: number; onCancel: () => void }) {
  const said = useWords(uploadWords);
  const { bytes } = useFormats();
  const share = file.size === 0 ? 100 : Math.min(100, (sent / file.size) * 100);
  return (
    <div className={styles['sending']}>
      <span className={styles['invite']}>{said.sending(file.name)}</span>
      <Progress
        value={share}
        aria-label={said.sending(file.name)}
        size={8}
        className={styles['progress'] ?? ''}
      />
      <span className={styles['limit']}>{said.sent(bytes(sent), bytes(file.size))}</span>
      <Button variant="default" onClick={onCancel}>
        {said.cancel}
      </Button>
    </div>
  );
}
