// Hours in which no run of a source may begin: as many as wanted, each on the days that it is for.
import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import styles from './source-form.module.css';
import type { FieldsProps } from './source-form.tsx';
import { formWords } from './source-form-words.ts';
import type { BlackoutValues } from './source-values.ts';

const MOST = 20;
/** The week begins on Monday; 0 is Sunday. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;
/** A Sunday. */
const SUNDAY_MS = Date.UTC(2024, 0, 7);
const DAY_MS = 86_400_000;

export function BlackoutFields({ values: { blackouts }, set, faultAt }: FieldsProps) {
  const said = useWords(formWords);
  const change = (index: number, changed: Partial<BlackoutValues>) =>
    set({ blackouts: blackouts.map((one, at) => (at === index ? { ...one, ...changed } : one)) });
  const whole = faultAt('schedule.blackouts', true);
  return (
    <fieldset className={styles['secret']}>
      <legend>{said.blackouts}</legend>
      {blackouts.length === 0 && <p className={styles['meta']}>{said.noBlackouts}</p>}
      {blackouts.map((hours, index) => (
        <Hours
          // biome-ignore lint/suspicious/noArrayIndexKey: they have nothing else, and stay in their order
          key={index}
          {...{ hours, index, change, faultAt }}
          onRemove={() => set({ blackouts: blackouts.filter((_, at) => at !== index) })}
        />
      ))}
      {whole !== undefined && <p className={styles['bad']}>{whole}</p>}
      {blackouts.length < MOST && (
        <Button
          variant="default"
          className={styles['own'] ?? ''}
          leftSection={<IconPlus size={18} stroke={1.75} aria-hidden />}
          onClick={() => set({ blackouts: [...blackouts, { from: '', until: '', days: [] }] })}
        >
          {said.addBlackout}
        </Button>
      )}
    </fieldset>
  );
}

type HoursProps = Pick<FieldsProps, 'faultAt'> & {
  hours: BlackoutValues;
  index: number;
  change: (index: number, changed: Partial<BlackoutValues>) => void;
  onRemove: () => void;
};

function Hours({ hours: { from, until, days }, index, change, faultAt, onRemove }: HoursProps) {
  const said = useWords(formWords);
  const { number } = useFormats();
  const language = useLanguage();
  const dayName = (day: number) =>
    new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(SUNDAY_MS + day * DAY_MS);
  const time = (name: 'from' | 'until', label: string, value: string) => (
    <TextInput
      label={label}
      placeholder="HH:MM"
      inputMode="numeric"
      maxLength={5}
      value={value}
      error={faultAt(`schedule.blackouts.${index}.${name}`)}
      onChange={(event) => change(index, { [name]: event.currentTarget.value })}
    />
  );
  return (
    <div className={styles['hours']}>
      {time('from', said.blackout, from)}
      {time('until', said.blackoutUntil, until)}
      <Checkbox.Group
        label={said.blackoutDays}
        value={days.map(String)}
        onChange={(chosen) => change(index, { days: chosen.map(Number) })}
        className={styles['days'] ?? ''}
      >
        <div className={styles['week']}>
          {WEEK.map((day) => (
            <Checkbox key={day} value={String(day)} label={dayName(day)} />
          ))}
        </div>
      </Checkbox.Group>
      <ActionIcon
        variant="subtle"
        aria-label={said.removeBlackout(number(index + 1))}
        onClick={onRemove}
        className={styles['out'] ?? ''}
      >
        <IconX size={20} stroke={1.75} aria-hidden />
      </ActionIcon>
    </div>
  );
}
