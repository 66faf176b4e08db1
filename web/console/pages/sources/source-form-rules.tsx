// Which files a source takes and when they are whole, what becomes of them, and who is told.
import { NumberInput, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Source } from '../../../../api/wire-sources.ts';
import { presetsQuery } from '../../client/presets.ts';
import { usePresetNames } from '../../kit/preset-names.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source-form.module.css';
import type { FieldsProps } from './source-form.tsx';
import { formWords } from './source-form-words.ts';

type WithSource = FieldsProps & { source: Source | undefined };

export function WhichFields({ values, set, faultAt, source }: WithSource) {
  const said = useWords(formWords);
  const isMany = source !== undefined && source.parts.length > 1;
  const isSet = isMany || values.patterns.trim().includes('\n');
  return (
    <div className={styles['fields']}>
      {isMany ? (
        <p className={styles['meta']}>{said.severalParts}</p>
      ) : (
        <Textarea
          label={said.patterns}
          description={said.patternsNote}
          value={values.patterns}
          autosize
          minRows={1}
          spellCheck={false}
          error={faultAt('parts.0.patterns') ?? faultAt('parts', true)}
          onChange={(event) => set({ patterns: event.currentTarget.value })}
        />
      )}
      <SegmentedControl
        aria-label={said.ready}
        value={values.ready}
        onChange={(value) => set({ ready: value === 'marker' ? value : 'rest' })}
        data={[
          { value: 'rest', label: said.readyRest },
          { value: 'marker', label: said.readyMarker },
        ]}
      />
      <div className={styles['pair']}>
        {values.ready === 'rest' ? (
          <NumberInput
            label={said.rest}
            value={values.restSeconds}
            min={0}
            max={86_400}
            allowDecimal={false}
            error={faultAt('readiness')}
            onChange={(value) => set({ restSeconds: typeof value === 'number' ? value : '' })}
          />
        ) : (
          <TextInput
            label={said.markerSuffix}
            description={said.markerNote}
            value={values.markerSuffix}
            maxLength={40}
            spellCheck={false}
            error={faultAt('readiness')}
            onChange={(event) => set({ markerSuffix: event.currentTarget.value })}
          />
        )}
        {isSet && (
          <NumberInput
            label={said.setWait}
            value={values.setWaitMinutes}
            min={1}
            max={10_080}
            allowDecimal={false}
            error={faultAt('setWaitMinutes')}
            onChange={(value) => set({ setWaitMinutes: typeof value === 'number' ? value : '' })}
          />
        )}
      </div>
    </div>
  );
}

export function HowFields({
  values,
  set,
  faultAt,
  source,
  siteId,
}: WithSource & { siteId: number | undefined }) {
  const said = useWords(formWords);
  const { data: presets = [] } = useQuery(presetsQuery(siteId));
  const nameOf = usePresetNames();
  if (source && source.parts.length > 1) return <p className={styles['meta']}>{said.severalParts}</p>;
  const choices = (words: Readonly<Record<string, string>>, chosen: string) => [
    { value: '', label: said.byPreset },
    ...[...new Set([...Object.keys(words), chosen])]
      .filter((value) => value !== '')
      .map((value) => ({ value, label: words[value] ?? value })),
  ];
  const titles = presets.map((preset) => ({ value: preset.name, label: nameOf(preset) }));
  const isKnown = titles.some(({ value }) => value === values.preset);
  return (
    <div className={styles['fields']}>
      <div className={styles['pair']}>
        <Select
          label={said.preset}
          data={isKnown ? titles : [...titles, { value: values.preset, label: values.preset }]}
          value={values.preset}
          allowDeselect={false}
          error={faultAt('parts.0.preset')}
          onChange={(value) => set({ preset: value ?? 'people' })}
        />
        <Select
          label={said.action}
          data={choices(said.actions, values.action)}
          value={values.action}
          allowDeselect={false}
          error={faultAt('parts.0.options.action')}
          onChange={(value) => set({ action: value ?? '' })}
        />
        {values.action === 'sync' && (
          <Select
            label={said.absent}
            {...(values.absent === 'delete' && { description: said.absentDelete })}
            data={choices(said.absents, values.absent)}
            value={values.absent}
            allowDeselect={false}
            error={faultAt('parts.0.options.absent')}
            onChange={(value) => set({ absent: value ?? '' })}
          />
        )}
        <Select
          label={said.invite}
          data={choices(said.invites, values.invite)}
          value={values.invite}
          allowDeselect={false}
          error={faultAt('parts.0.options.invite')}
          onChange={(value) => set({ invite: value ?? '' })}
        />
      </div>
    </div>
  );
}

export function WhomFields({ values, set, faultAt }: FieldsProps) {
  const said = useWords(formWords);
  return (
    <div className={styles['fields']}>
      <Textarea
        label={said.notify}
        description={said.notifyNote}
        value={values.notify}
        autosize
        minRows={1}
        spellCheck={false}
        error={faultAt('notify')}
        onChange={(event) => set({ notify: event.currentTarget.value })}
      />
      <div className={styles['pair']}>
        <Select
          label={said.tells}
          data={(['problems', 'everything'] as const).map((value) => ({ value, label: said.tellsOf[value] }))}
          value={values.tells}
          allowDeselect={false}
          onChange={(value) => set({ tells: value === 'everything' ? value : 'problems' })}
        />
        <NumberInput
          label={said.fresh}
          value={values.freshHours}
          min={1}
          allowDecimal={false}
          error={faultAt('freshHours')}
          onChange={(value) => set({ freshHours: typeof value === 'number' ? value : '' })}
        />
      </div>
    </div>
  );
}
