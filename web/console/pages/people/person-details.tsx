// Who a person is: photo, name, state, and every field of the site.
import { Tooltip } from '@mantine/core';
import { IconArchive, IconCircleCheck, IconEyeOff, IconHandFinger } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import type { Person } from '../../../../api/wire-person.ts';
import { personQuery } from '../../client/person.ts';
import { useSites } from '../../context/site.ts';
import { Badge, type Tone } from '../../kit/badge.tsx';
import { fieldWords, shownValue } from '../../kit/field-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './person.module.css';
import { PersonPhoto, PhotoState } from './person-photo.tsx';
import { personWords } from './person-words.ts';

const SIGNS = {
  active: { icon: IconCircleCheck, tone: 'ok' },
  archived: { icon: IconArchive, tone: 'warn' },
  anonymized: { icon: IconEyeOff, tone: 'plum' },
} as const satisfies Record<Person['status'], { icon: unknown; tone: Tone }>;

type Props = { person: Person; name: string; definitions: readonly FieldDefinitionWire[] };

export function PersonDetails({ person, name, definitions }: Props) {
  const words = useWords(personWords);
  return (
    <section className={styles['card']} aria-label={name}>
      <div className={styles['head']}>
        <PersonPhoto person={person} name={name} />
        <div className={styles['who']}>
          <h1 className={styles['name']}>{name}</h1>
          <Badge {...SIGNS[person.status]}>{words.status[person.status]}</Badge>
          {person.status !== 'anonymized' && <PhotoState person={person} />}
        </div>
      </div>
      <Fields person={person} definitions={definitions} />
      {person.mailStops?.map(({ reason }) => (
        <p key={reason} className={styles['note']} data-tone="warn">
          {words.stops[reason](name)}
        </p>
      ))}
      {person.status === 'anonymized' && <p className={styles['note']}>{words.anonymizedNote}</p>}
      {person.status === 'archived' && <p className={styles['note']}>{words.archivedNote}</p>}
    </section>
  );
}

function Fields({ person, definitions }: Omit<Props, 'name'>) {
  const words = useWords(personWords);
  const said = useWords(fieldWords);
  const { date } = useFormats();
  const site = useSites().find(({ id }) => id === person.siteId);
  const { labels } = said;
  const own: [string, string | null][] =
    person.status === 'anonymized'
      ? []
      : [
          ['identifier', person.identifier],
          ['email', person.email],
          ['username', person.username],
        ];
  const names: [string, string | null][] =
    person.status === 'anonymized' || !needsNames(person)
      ? []
      : [
          ['first_name', person.firstName],
          ['last_name', person.lastName],
        ];
  return (
    <dl className={styles['fields']}>
      {[...own, ...names].map(([field, value]) => (
        <Field key={field} label={labels[field] ?? field} isByHand={isByHand(person, field)}>
          {field === 'identifier' ? <span className="mono">{value}</span> : value}
        </Field>
      ))}
      <Field label={labels['site'] ?? ''}>
        {site ? (
          <>
            {site.name} · <span className="mono">{site.id}</span>
          </>
        ) : (
          person.siteId
        )}
      </Field>
      {person.status !== 'anonymized' && (
        <>
          <Field label={labels['org_unit'] ?? ''}>{person.orgUnit}</Field>
          {person.supervisorId !== null && (
            <Field label={labels['supervisor'] ?? ''}>
              <Supervisor id={person.supervisorId} hidden={words.hidden} />
            </Field>
          )}
          {definitions.map(({ name, label }) => {
            const value = person.fields[name];
            return (
              <Field key={name} label={label} isByHand={isByHand(person, name)}>
                {value === undefined ? null : shownValue(name, value, { words: said, date })}
              </Field>
            );
          })}
        </>
      )}
    </dl>
  );
}

/** First and last name are the heading, unless another name is shown there. */
const needsNames = ({ displayName, firstName, lastName }: Person): boolean =>
  (firstName !== null || lastName !== null) &&
  displayName !== [firstName, lastName].filter((part) => part !== null).join(' ');

const isByHand = ({ handEdited }: Person, field: string): boolean => handEdited.includes(field);

type FieldProps = { label: string; isByHand?: boolean; children: ReactNode };

function Field({ label, isByHand = false, children }: FieldProps) {
  const words = useWords(personWords);
  const isEmpty = children === null || children === undefined || children === '';
  return (
    <div className={styles['field']}>
      <dt>{label}</dt>
      <dd>
        {isEmpty ? <span className={styles['none']}>{words.none}</span> : children}
        {isByHand && (
          <Tooltip label={words.handEditedWhy} multiline maw={280}>
            <button
              type="button"
              className={styles['hand']}
              aria-label={`${label}: ${words.handEdited}`}
              aria-description={words.handEditedWhy}
            >
              <IconHandFinger size={15} stroke={1.75} aria-hidden />
            </button>
          </Tooltip>
        )}
      </dd>
    </div>
  );
}

function Supervisor({ id, hidden }: { id: number; hidden: string }) {
  const { data, isError } = useQuery({ ...personQuery(id), retry: false });
  if (isError) return <>{hidden}</>;
  if (!data) return <span className={styles['none']}>…</span>;
  return (
    <Link to="/people/$id" params={{ id: String(id) }}>
      {data.displayName || data.identifier}
    </Link>
  );
}
