// Presets: the built-in ones with their columns, and those that the site has saved.
import { Button, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { PresetWire } from '../../../../api/wire-presets.ts';
import type { RunAction } from '../../../../domain/bulk-action.ts';
import { presetsAtQuery, removePreset, savePreset } from '../../client/organisation.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { usePresetNames } from '../../kit/preset-names.ts';
import { runWords } from '../../kit/run-words.ts';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { dictionary, useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { ListAndForm } from './list-and-form.tsx';
import styles from './presets-section.module.css';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

const words = dictionary({
  en: {
    gone: 'There is no such preset here.',
    builtIn: 'built in',
    saved: 'saved',
    name: 'Name',
    nameAbout: 'Small letters and digits, with hyphens between words.',
    base: 'Made from',
    action: 'What should happen',
    asBase: 'As the preset it is made from',
    field: 'Field',
    header: 'Column',
    synonyms: 'Also known as',
    required: { always: 'always', 'to-create': 'for new people', never: '' },
    needed: 'Required',
    template: 'Download a template',
    mapping: 'Its columns',
    savedOn: (site: string) => `Saved on ${site}, for it and all below it.`,
    wizard: 'Columns and options are kept when you save the answers of an import as a preset.',
  },
  de: {
    gone: 'Diese Vorlage gibt es hier nicht.',
    builtIn: 'eingebaut',
    saved: 'gespeichert',
    name: 'Name',
    nameAbout: 'Kleinbuchstaben und Ziffern, mit Bindestrichen zwischen den Wörtern.',
    base: 'Beruht auf',
    action: 'Was geschehen soll',
    asBase: 'Wie die Vorlage, auf der sie beruht',
    field: 'Feld',
    header: 'Spalte',
    synonyms: 'Auch bekannt als',
    required: { always: 'immer', 'to-create': 'für neue Personen', never: '' },
    needed: 'Erforderlich',
    template: 'Musterdatei herunterladen',
    mapping: 'Ihre Spalten',
    savedOn: (site) => `An ${site} gespeichert, für ihn und alle darunter.`,
    wizard: 'Spalten und Optionen bleiben, wenn Sie die Antworten eines Imports als Vorlage speichern.',
  },
});

export default function PresetsSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { may } = useRights();
  const nameOf = usePresetNames();
  const query = useQuery(presetsAtQuery(siteId));
  return (
    <Loaded query={query}>
      {(presets) => {
        const open = presets.find(({ name }) => name === id);
        return (
          <ListAndForm
            section="presets"
            {...said.sections.presets}
            addLabel={may('presets:write', siteId) ? said.sections.presets.add : undefined}
            openId={id}
            items={presets.map((preset) => ({
              id: preset.name,
              label: nameOf(preset),
              note: preset.siteId === null ? own.builtIn : own.saved,
            }))}
          >
            {id === 'new' ? (
              <NewPreset siteId={siteId} presets={presets} />
            ) : open ? (
              <OnePreset key={open.name} siteId={siteId} preset={open} />
            ) : (
              <Message title={own.gone} />
            )}
          </ListAndForm>
        );
      }}
    </Loaded>
  );
}

function OnePreset({ siteId, preset }: { siteId: number; preset: PresetWire }) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { may } = useRights();
  const sites = useSites();
  const navigate = useNavigate();
  const { mutate, isPending } = useSaving({
    save: (name: string) => removePreset(name, preset.siteId ?? siteId),
    renews: ['presets'],
    done: said.removed,
    onDone: () => void navigate({ to: '/settings/$section', params: { section: 'presets' } }),
  });
  const file = preset.templates.length > 1 ? 'template.zip' : 'template.csv';
  const mapped = Object.entries(preset.options.mapping ?? {});
  return (
    <SettingForm
      title={preset.title}
      about={
        preset.siteId === null
          ? preset.about
          : own.savedOn(sites.find(({ id }) => id === preset.siteId)?.name ?? String(preset.siteId))
      }
      others={
        <>
          <Button
            component="a"
            variant="default"
            href={`/v1/presets/${encodeURIComponent(preset.name)}/${file}?site=${siteId}`}
            download
          >
            {own.template}
          </Button>
          {preset.siteId !== null && may('presets:write', preset.siteId) && (
            <Button variant="default" loading={isPending} onClick={() => mutate(preset.name)}>
              {said.remove}
            </Button>
          )}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className={styles['scroller']} aria-label={own.mapping} tabIndex={0}>
        <table className={styles['columns']}>
          <thead>
            <tr>
              <th scope="col">{own.header}</th>
              <th scope="col">{own.field}</th>
              <th scope="col">{own.needed}</th>
              <th scope="col">{own.synonyms}</th>
            </tr>
          </thead>
          <tbody>
            {preset.columns.map((column) => (
              <tr key={`${column.template} ${column.field}`}>
                <td>{mapped.find(([field]) => field === column.field)?.[1] ?? column.header}</td>
                <td className="mono">{column.field}</td>
                <td>{own.required[column.required]}</td>
                <td>{column.synonyms.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </SettingForm>
  );
}

function NewPreset({ siteId, presets }: { siteId: number; presets: readonly PresetWire[] }) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { action } = useWords(runWords);
  const navigate = useNavigate();
  const bases = presets.filter((preset) => preset.siteId === null);
  const form = useForm({ initialValues: { name: '', base: 'people', action: '' } });
  const { mutate, isPending } = useSaving({
    save: savePreset,
    renews: ['presets'],
    done: said.saved,
    onDone: ({ name }) =>
      void navigate({ to: '/settings/$section/$id', params: { section: 'presets', id: name } }),
    onFault: faultsOnto(form),
  });
  const base = bases.find(({ name }) => name === form.values.base);
  return (
    <SettingForm
      title={said.sections.presets.add}
      about={own.wizard}
      isBusy={isPending}
      onSave={form.onSubmit(({ name, base: from, action: chosen }) =>
        mutate({ siteId, name, base: from, options: chosen === '' ? {} : { action: chosen } }),
      )}
    >
      <TextInput
        label={own.name}
        description={own.nameAbout}
        required
        spellCheck={false}
        {...form.getInputProps('name')}
      />
      <Select
        label={own.base}
        allowDeselect={false}
        data={bases.map(({ name, title }) => ({ value: name, label: title }))}
        {...form.getInputProps('base')}
      />
      <Select
        label={own.action}
        allowDeselect={false}
        data={[
          { value: '', label: own.asBase },
          ...(base?.actions ?? []).map((one: RunAction) => ({ value: one, label: action[one] ?? one })),
        ]}
        {...form.getInputProps('action')}
      />
    </SettingForm>
  );
}
