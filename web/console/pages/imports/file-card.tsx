// A file that is there: how many rows it has, how it is written, and whether its names read well.
import { ActionIcon, Loader, Select } from '@mantine/core';
import {
  IconAlertCircle,
  IconChevronDown,
  IconCircleCheck,
  IconCircleX,
  IconEye,
  IconFileSpreadsheet,
  IconFileTypeCsv,
  IconX,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { AskedOptions } from '../../../../api/wire.ts';
import { type FileAsked, readingQuery } from '../../client/files.ts';
import type { ImportDraft } from '../../client/imports.ts';
import { Badge } from '../../kit/badge.tsx';
import { Failure } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import styles from './file-card.module.css';
import { uploadWords } from './upload-words.ts';

const ENCODINGS = ['utf-8', 'windows-1252', 'iso-8859-15', 'windows-1250', 'macintosh', 'utf-16le'];
export const encodingName = (encoding: string): string =>
  encoding.startsWith('windows') ? encoding.replace('w', 'W') : encoding.toUpperCase();
const DELIMITERS = [';', ',', '\t', '|'] as const;

type Props = {
  file: ImportDraft['files'][number];
  asked: FileAsked;
  /** Before the name, of a preset with several files. */
  label?: string;
  onOptions: (options: Pick<AskedOptions, 'encoding' | 'delimiter'>) => void;
  onRemove: () => void;
};

export function FileCard({ file, asked, label, onOptions, onRemove }: Props) {
  const said = useWords(uploadWords);
  const language = useLanguage();
  const { bytes, number } = useFormats();
  const query = useQuery(readingQuery(file.id, asked));
  const { data: reading, isError, isFetching } = query;
  const fault = reading?.faults[0];
  const isBusy = isFetching && !reading;
  const isWorkbook = reading?.format?.kind === 'xlsx';
  const Sign = isWorkbook ? IconFileSpreadsheet : IconFileTypeCsv;
  return (
    <section
      className={styles['card']}
      aria-label={label ? `${label}: ${file.name}` : file.name}
      aria-busy={isFetching}
    >
      <header className={styles['head']}>
        <Sign size={28} stroke={1.5} aria-hidden className={styles['sign']} />
        <div className={styles['what']}>
          <span className={styles['name']}>{file.name}</span>
          <span className={styles['facts']}>
            {reading && !fault
              ? said.facts(
                  bytes(file.bytes),
                  number(reading.rows),
                  reading.rows === 1,
                  number(reading.columns),
                  reading.columns === 1,
                )
              : bytes(file.bytes)}
          </span>
        </div>
        <span role="status">
          {isBusy ? (
            <span className={styles['busy']}>
              <Loader size={16} aria-hidden /> {said.reading}
            </span>
          ) : fault ? (
            <Badge tone="bad" icon={IconCircleX}>
              {said.unread}
            </Badge>
          ) : (
            reading && (
              <Badge tone="ok" icon={IconCircleCheck}>
                {said.read}
              </Badge>
            )
          )}
        </span>
        <ActionIcon aria-label={said.remove(file.name)} onClick={onRemove}>
          <IconX size={20} stroke={1.75} aria-hidden />
        </ActionIcon>
      </header>
      {isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {fault && (
        <p className={styles['fault']} role="alert">
          <IconAlertCircle size={20} stroke={1.75} aria-hidden />
          <span>{language === 'en' ? fault.message : `${fault.title}. ${fault.hint}`}</span>
        </p>
      )}
      {reading?.format && (
        <div className={styles['body']}>
          {isWorkbook ? (
            <p className={styles['note']}>{said.sheet}</p>
          ) : (
            <Written format={reading.format} asked={asked} onOptions={onOptions} />
          )}
          {!fault && (
            <p className={styles['note']}>
              {reading.headerRow === null ? said.noHeader : said.headerAt(reading.headerRow)}
            </p>
          )}
          {reading.letters.length > 0 && (
            <p className={styles['letters']}>
              <IconEye size={18} stroke={1.75} aria-hidden />
              <span>
                {said.well} <strong>{reading.letters.join(' · ')}</strong>
                {!isWorkbook && <span className={styles['wellNot']}> {said.wellNot}</span>}
              </span>
            </p>
          )}
        </div>
      )}
    </section>
  );
}

type WrittenProps = Pick<Props, 'asked' | 'onOptions'> & {
  format: { encoding: string | null; delimiter: string | null };
};

/** How the text is written: as it was found, or as somebody knows better. */
function Written({ format, asked, onOptions }: WrittenProps) {
  const said = useWords(uploadWords);
  const { encoding = null, delimiter = null } = asked.options;
  const mark = (isChosen: boolean) => (
    <span className={styles['mark']}>
      {isChosen ? said.chosen : said.detected}
      <IconChevronDown size={16} stroke={1.75} aria-hidden />
    </span>
  );
  const found = format.encoding ?? 'utf-8';
  const encodings = [...new Set([...ENCODINGS, found.toLowerCase()])];
  const delimiterName = (value: string) => said.delimiters[value] ?? value;
  return (
    <div className={styles['written']}>
      <Select
        label={said.encoding}
        value={encoding?.toLowerCase() ?? ''}
        allowDeselect={false}
        data={[
          { value: '', label: encoding === null ? encodingName(found) : said.detect },
          ...encodings
            .filter((one) => encoding !== null || one !== found.toLowerCase())
            .map((value) => ({ value, label: encodingName(value) })),
        ]}
        onChange={(value) => onOptions({ encoding: value || null })}
        rightSection={mark(encoding !== null)}
        rightSectionWidth={128}
        rightSectionPointerEvents="none"
      />
      <Select
        label={said.delimiter}
        value={delimiter ?? ''}
        allowDeselect={false}
        data={[
          { value: '', label: delimiter === null ? delimiterName(format.delimiter ?? ',') : said.detect },
          ...DELIMITERS.filter((one) => delimiter !== null || one !== format.delimiter).map((value) => ({
            value,
            label: delimiterName(value),
          })),
        ]}
        onChange={(value) => onOptions({ delimiter: DELIMITERS.find((one) => one === value) ?? null })}
        rightSection={mark(delimiter !== null)}
        rightSectionWidth={128}
        rightSectionPointerEvents="none"
      />
    </div>
  );
}
