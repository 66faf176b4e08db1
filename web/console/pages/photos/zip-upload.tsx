// The zip: dropped or chosen, and sent with its progress.
import '@mantine/dropzone/styles.layer.css';
import { Button, Progress } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFileZip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { UploadedFile } from '../../../../api/wire.ts';
import { uploadFile, uploadLimitsQuery } from '../../client/files.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-zip.module.css';
import { zipWords } from './zip-words.ts';

export function ZipUpload({ onSent }: { onSent: (file: UploadedFile) => void }) {
  const said = useWords(zipWords);
  const { bytes } = useFormats();
  const { data: limits } = useQuery(uploadLimitsQuery);
  const [sending, setSending] = useState<{ file: File; sent: number }>();
  const [fault, setFault] = useState<string>();
  const stopping = useRef<AbortController>(undefined);
  const open = useRef<() => void>(null);
  useEffect(() => () => stopping.current?.abort(), []);
  const send = async ([file]: File[]) => {
    if (!file) return;
    setFault(undefined);
    if (!file.name.toLowerCase().endsWith('.zip')) return setFault(said.notZip(file.name));
    if (limits && file.size > limits.zipBytesMax)
      return setFault(said.tooLarge(file.name, bytes(limits.zipBytesMax)));
    const controller = new AbortController();
    stopping.current = controller;
    setSending({ file, sent: 0 });
    try {
      const onProgress = (sent: number) => setSending({ file, sent });
      onSent(await uploadFile(file, { onProgress, signal: controller.signal }));
    } catch (error) {
      setSending(undefined);
      if (!controller.signal.aborted) setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <h1>{said.upload}</h1>
      <p className={styles['lead']}>{said.uploadText}</p>
      {sending ? (
        <div className={styles['zone']}>
          <strong>{said.sending(sending.file.name)}</strong>
          <Progress
            value={sending.file.size === 0 ? 100 : (sending.sent / sending.file.size) * 100}
            aria-label={said.sending(sending.file.name)}
            size={8}
            className={styles['progress'] ?? ''}
          />
          <span className={styles['meta']}>{said.sent(bytes(sending.sent), bytes(sending.file.size))}</span>
          <Button variant="default" onClick={() => stopping.current?.abort()}>
            {said.cancel}
          </Button>
        </div>
      ) : (
        <Dropzone
          onDrop={(files) => void send(files)}
          openRef={open}
          multiple={false}
          activateOnClick={false}
          tabIndex={-1}
          classNames={{ root: styles['drop'] ?? '', inner: styles['inside'] ?? '' }}
          inputProps={{ 'aria-label': said.input, name: 'file' }}
        >
          <IconFileZip size={32} stroke={1.5} aria-hidden />
          <strong>{said.drop}</strong>
          {limits && <span className={styles['meta']}>{said.limit(bytes(limits.zipBytesMax))}</span>}
          <Button variant="default" className={styles['choose'] ?? ''} onClick={() => open.current?.()}>
            {said.choose}
          </Button>
        </Dropzone>
      )}
      <p role="alert" className={styles['fault']}>
        {fault}
      </p>
    </>
  );
}
