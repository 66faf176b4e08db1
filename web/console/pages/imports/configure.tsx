// The second step of an import: what shall happen, and which column of the file is which field.
import { Button, Checkbox } from '@mantine/core';
import { IconAlertCircle, IconArrowRight, IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { Site } from '../../../../api/wire-org.ts';
import { saverOf } from '../../client/draft-saver.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { readingQuery } from '../../client/files.ts';
import type { ImportDraft } from '../../client/imports.ts';
import { safeguardsQuery } from '../../client/safeguards.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { Wizard } from '../../frame/wizard.tsx';
import { Failure, Waiting } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { checkRows, rememberAnswers } from './check-rows.ts';
import { ColumnTable } from './column-table.tsx';
import type { ColumnLine } from './columns.ts';
import styles from './configure.module.css';
import { ConfigureOptions } from './configure-options.tsx';
import { configureWords } from './configure-words.ts';
import { readingAsked } from './draft-asked.ts';
import { DraftGate } from './draft-gate.tsx';
import { DraftStatus } from './draft-status.tsx';
import { encodingName } from './file-card.tsx';
import { HeaderPicker } from './header-picker.tsx';
import { uploadWords } from './upload-words.ts';
import { useColumns } from './use-columns.ts';
import { useFaults } from './use-faults.ts';

export default function ConfigurePage() {
  return <DraftGate step={2}>{(draft, site) => <ConfigureStep draft={draft} site={site} />}</DraftGate>;
}

function ConfigureStep({ draft, site }: { draft: ImportDraft; site: Site | undefined }) {
  const said = useWords(configureWords);
  const upload = useWords(uploadWords);
  const { number, bytes } = useFormats();
  const navigate = useNavigate();
  const { settings, siteId } = draft;
  const saver = saverOf(draft.id);
  const columns = useColumns(draft);
  const definitions = useQuery(fieldsQuery(siteId)).data ?? [];
  const [first] = draft.files;
  const reading = useQuery(readingQuery(first?.id, readingAsked(draft))).data;
  const rows = reading && reading.faults.length === 0 ? reading.rows : settings.rows;
  const { may } = useRights();
  const guards = useQuery({ ...safeguardsQuery(siteId), enabled: may('sites:read', siteId) }).data;
  const faults = useFaults(columns, rows, guards?.effective.limits.value);
  const [isRefused, setRefused] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [arrangement, setArrangement] = useState(0);
  const main = useRef<HTMLDivElement>(null);
  const [fault] = faults;

  const check = async () => {
    if (fault) {
      setRefused(true);
      goTo(fault.id);
      return;
    }
    setBusy(true);
    try {
      await saver.flush();
      if (saver.state !== 'saved') throw new Error(said.notSaved);
      await checkRows(draft, columns.asked);
      if (settings.remembers) rememberAnswers(draft, columns.asked, columns.files);
      await navigate({ to: '/import/$draft/preview', params: { draft: draft.id } });
    } catch (error) {
      toastProblem(error);
      setBusy(false);
    }
  };
  const choose = ({ slot, key }: ColumnLine, field: string | null) => {
    const own = settings.choices[slot] ?? {};
    // Who has chosen the field for another column before has changed their mind.
    const others = Object.entries(own).filter(
      ([one, chosen]) => one !== key && (field === null || chosen !== field),
    );
    saver.change({
      settings: { choices: { ...settings.choices, [slot]: { ...Object.fromEntries(others), [key]: field } } },
    });
  };
  const format = reading?.format;
  const lines = columns.files.flatMap((file) => file.lines);
  const countOf = (test: (line: ColumnLine) => boolean) => number(lines.filter(test).length);
  useKeys({ 'ctrl+enter': ({ repeat }) => !repeat && !isBusy && void check() });
  return (
    <Wizard
      title={upload.title}
      note={[first?.name, ...(rows === null ? [] : [said.rows(number(rows), rows === 1)])]
        .filter(Boolean)
        .join(' · ')}
      step={2}
      links={{ 1: `/import/${draft.id}/upload` }}
      status={<DraftStatus id={draft.id} />}
      onCloseTo="/import"
      width="full"
      footer={
        <>
          <Button component={Link} to={`/import/${draft.id}/upload`} variant="default">
            {said.back}
          </Button>
          <div className={styles['next']}>
            {fault && (
              <p id="fault" className={styles['fault']} role={isRefused ? 'alert' : undefined}>
                <IconAlertCircle size={18} stroke={1.75} aria-hidden />
                <span>
                  {fault.text} {fault.what !== undefined && <strong>{fault.what}</strong>}
                </span>
              </p>
            )}
            <Button
              loading={isBusy}
              onClick={() => void check()}
              {...(fault && { 'aria-describedby': 'fault' })}
              rightSection={<IconArrowRight size={18} aria-hidden />}
            >
              {rows === null ? said.checkAll : said.check(number(rows), rows === 1)}
            </Button>
          </div>
        </>
      }
    >
      <div className={styles['split']} ref={main}>
        <ConfigureOptions
          site={site}
          siteId={siteId}
          columns={columns}
          rows={rows}
          onChange={(options) => saver.change({ settings: { options: { ...settings.options, ...options } } })}
          onPreset={(preset) => saver.change({ settings: { preset, choices: {} } })}
        />
        <div className={styles['work']}>
          <header className={styles['head']}>
            <h1>{said.question}</h1>
            {first && (
              <p className={styles['file']}>
                <IconFileText size={18} stroke={1.75} aria-hidden />
                <span>
                  {[
                    ...(format?.encoding ? [encodingName(format.encoding)] : []),
                    ...(format?.delimiter
                      ? [(upload.delimiters[format.delimiter] ?? '').split(' ')[0]?.toLowerCase()]
                      : []),
                    bytes(first.bytes),
                  ].join(' · ')}
                </span>
                <Link to={`/import/${draft.id}/upload`}>{said.change}</Link>
              </p>
            )}
          </header>
          {reading && reading.head.length > 0 && (
            <HeaderPicker
              head={reading.head}
              headerRow={
                settings.options.headerRow === undefined ? reading.headerRow : settings.options.headerRow
              }
              onPick={(headerRow) =>
                saver.change({ settings: { options: { ...settings.options, headerRow } } })
              }
            />
          )}
          <section>
            <div className={styles['matchHead']}>
              <h2 id="match-columns" tabIndex={-1}>
                {said.match}
              </h2>
              <p role="status">
                {said.counts(
                  number(lines.length),
                  countOf(({ field, matchedBy }) => field !== null && matchedBy !== 'guessed'),
                  countOf(({ matchedBy }) => matchedBy === 'guessed' || matchedBy === 'needed'),
                  countOf(({ matchedBy }) => matchedBy === 'left-out'),
                )}
              </p>
              <button
                type="button"
                className={styles['reset']}
                onClick={() => {
                  saver.change({ settings: { choices: {} } });
                  setArrangement(arrangement + 1);
                  toast(said.wasReset);
                }}
              >
                {said.reset}
              </button>
            </div>
            {columns.isLoading && !columns.error && <Waiting lines={8} height={40} />}
            {columns.error !== undefined && lines.length === 0 && (
              <Failure error={columns.error} onRetry={columns.retry} />
            )}
            {columns.files
              .filter((one) => one.lines.length > 0)
              .map((one) => (
                <div key={one.file.id} className={styles['table']}>
                  {columns.files.length > 1 && (
                    <h3>
                      {upload.slots[one.file.slot ?? '']?.name ?? one.file.slot} · {one.file.name}
                    </h3>
                  )}
                  <ColumnTable
                    columns={one}
                    definitions={definitions}
                    cardIdType={columns.options.cardIdType ?? 'decimal'}
                    arrangement={arrangement}
                    onChoose={choose}
                  />
                </div>
              ))}
          </section>
          <Checkbox
            label={said.remember(site?.name ?? '')}
            checked={settings.remembers}
            onChange={(event) => saver.change({ settings: { remembers: event.currentTarget.checked } })}
          />
        </div>
      </div>
    </Wizard>
  );
}

function goTo(id: string): void {
  const place = document.getElementById(id);
  place?.focus();
  place?.scrollIntoView({ block: 'center' });
}
