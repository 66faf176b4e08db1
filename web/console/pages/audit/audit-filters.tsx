// What the events are found by: what was done, and from when to when. It all stands in the address.
import '@mantine/dates/styles.layer.css';
import { Button, Select } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { AUDIT_EVENTS } from '../../../../domain/audit.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import styles from './audit.module.css';
import { auditWords } from './audit-words.ts';
import { eventWord, nounWord } from './event-word.ts';

const EVENTS = Object.keys(AUDIT_EVENTS);
const NOUNS = [...new Set(EVENTS.map((what) => what.slice(0, what.indexOf('.') + 1)))];

export function AuditFilters() {
  const said = useWords(auditWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const search = useSearch({ from: '/frame/audit' });
  const narrow = (changed: Record<string, string | undefined>) =>
    void navigate({
      to: '/audit',
      search: (before: object) => {
        const wanted: Record<string, unknown> = { ...before, ...changed };
        return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      },
    });
  const groups = NOUNS.map((noun) => ({
    group: nounWord(said, noun),
    items: [
      { value: noun, label: said.allOf(nounWord(said, noun)) },
      ...EVENTS.filter((what) => what.startsWith(noun)).map((what) => ({
        value: what,
        label: eventWord(said, what),
      })),
    ],
  }));
  const by = search.by ?? search.subjectId ?? search.run;
  return (
    <div className={styles['filters']}>
      <Select
        aria-label={said.what}
        placeholder={said.what}
        searchable
        clearable
        data={groups}
        value={search.what ?? null}
        onChange={(what) => narrow({ what: what ?? undefined })}
        w={300}
        data-search
      />
      <DatePickerInput
        aria-label={said.from}
        placeholder={said.from}
        locale={language}
        valueFormat="D MMM YYYY"
        clearable
        value={search.from ?? null}
        onChange={(from) => narrow({ from: from ?? undefined })}
        w={160}
      />
      <DatePickerInput
        aria-label={said.to}
        placeholder={said.to}
        locale={language}
        valueFormat="D MMM YYYY"
        clearable
        value={search.to ?? null}
        onChange={(to) => narrow({ to: to ?? undefined })}
        w={160}
      />
      {by !== undefined && (
        <Button
          variant="subtle"
          onClick={() => narrow({ by: undefined, subject: undefined, subjectId: undefined, run: undefined })}
        >
          {said.everybody}
        </Button>
      )}
    </div>
  );
}
