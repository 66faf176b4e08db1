// When a source looks, with what that means in words as one writes it.
import { NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import type { Source } from '../../../../api/wire-sources.ts';
import { nextLooks, scheduleFaults } from '../../../../domain/sources/schedule.ts';
import { scheduleInWords } from '../../../../domain/sources/schedule-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { scheduleOf } from './source-asked.ts';
import styles from './source-form.module.css';
import type { FieldsProps } from './source-form.tsx';
import { BlackoutFields } from './source-form-blackouts.tsx';
import { formWords } from './source-form-words.ts';

const NEXT = 3;

export function ScheduleFields({
  values,
  set,
  faultAt,
  source,
}: FieldsProps & { source: Source | undefined }) {
  const said = useWords(formWords);
  const zones = useMemo(
    () => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
    [],
  );
  return (
    <div className={styles['fields']}>
      <SegmentedControl
        aria-label={said.repeat}
        value={values.repeat}
        onChange={(value) => set({ repeat: value === 'interval' ? value : 'cron' })}
        data={[
          { value: 'cron', label: said.cron },
          { value: 'interval', label: said.interval },
        ]}
      />
      <div className={styles['pair']}>
        {values.repeat === 'cron' ? (
          <TextInput
            label={said.cronLine}
            value={values.cron}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            error={faultAt('schedule.when')}
            onChange={(event) => set({ cron: event.currentTarget.value })}
          />
        ) : (
          <NumberInput
            label={said.minutes}
            value={values.everyMinutes}
            min={1}
            allowDecimal={false}
            error={faultAt('schedule.when')}
            onChange={(value) => set({ everyMinutes: typeof value === 'number' ? value : '' })}
          />
        )}
        <Select
          label={said.timeZone}
          data={zones.includes(values.timeZone) ? zones : [values.timeZone, ...zones]}
          value={values.timeZone}
          searchable
          allowDeselect={false}
          error={faultAt('schedule.timeZone')}
          onChange={(value) => set({ timeZone: value ?? 'UTC' })}
        />
        <NumberInput
          label={said.jitter}
          value={values.jitterMinutes}
          min={0}
          max={360}
          allowDecimal={false}
          error={faultAt('schedule.jitterSeconds')}
          onChange={(value) => set({ jitterMinutes: typeof value === 'number' ? value : '' })}
        />
      </div>
      <BlackoutFields values={values} set={set} faultAt={faultAt} />
      <InWords values={values} source={source} />
    </div>
  );
}

function InWords({ values, source }: Pick<FieldsProps, 'values'> & { source: Source | undefined }) {
  const said = useWords(formWords);
  const language = useLanguage();
  const { dateTime, list } = useFormats();
  const schedule = scheduleOf(values, source);
  const faults = scheduleFaults(schedule, language);
  return (
    <output className={styles['words']} aria-label={said.inWords}>
      {faults.length > 0 ? (
        faults.map(({ path, message }) => (
          <p key={path} className={styles['bad']}>
            {message}
          </p>
        ))
      ) : (
        <>
          <p>{scheduleInWords(schedule, language)}</p>
          <p className={styles['meta']}>
            {said.nextTimes(list(nextLooks(schedule, new Date(), NEXT).map((at) => dateTime(at))))}
          </p>
        </>
      )}
    </output>
  );
}
