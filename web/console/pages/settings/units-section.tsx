// Org units of a site: the tree, one of them, and a file of many.
import { Button, FileButton, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Imported, OrgUnit } from '../../../../api/wire-org.ts';
import {
  changeUnit,
  countedUnitsQuery,
  createUnit,
  importUnits,
  removeUnit,
  type UnitValues,
} from '../../client/organisation.ts';
import { useRights } from '../../context/rights.ts';
import { EditButton } from '../../kit/edit-button.tsx';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { dictionary, useWords } from '../../words/language.tsx';
import { SettingForm } from './form.tsx';
import { ListAndForm, type ListItem } from './list-and-form.tsx';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

const words = dictionary({
  en: {
    name: 'Name',
    parent: 'Below',
    top: 'At the top',
    gone: 'There is no such org unit.',
    import: 'Import a file',
    imported: (created: string, unchanged: string) => `${created} added, ${unchanged} were there.`,
    rejected: (rows: string) => `${rows} rows were not taken:`,
    row: (row: number) => `Row ${row}`,
    people: (count: string, isOne: boolean) => (isOne ? `${count} person` : `${count} people`),
    removeAbout: 'It can go once nobody is in it and no unit is below it.',
  },
  de: {
    name: 'Name',
    parent: 'Unter',
    top: 'Ganz oben',
    gone: 'Diese Organisationseinheit gibt es nicht.',
    import: 'Datei importieren',
    imported: (created, unchanged) => `${created} angelegt, ${unchanged} gab es schon.`,
    rejected: (rows) => `${rows} Zeilen wurden nicht übernommen:`,
    row: (row) => `Zeile ${row}`,
    people: (count, isOne) => (isOne ? `${count} Person` : `${count} Personen`),
    removeAbout: 'Sie kann gehen, wenn niemand mehr in ihr und keine Einheit unter ihr ist.',
  },
});

export default function UnitsSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const { number } = useFormats();
  const { may } = useRights();
  const query = useQuery(countedUnitsQuery(siteId));
  const mayWrite = may('org-units:write', siteId);
  return (
    <Loaded query={query}>
      {(units) => {
        const open = units.find((unit) => String(unit.id) === id);
        return (
          <ListAndForm
            section="units"
            {...said.sections.units}
            addLabel={mayWrite ? said.sections.units.add : undefined}
            openId={id}
            tools={mayWrite ? <ImportUnits siteId={siteId} /> : undefined}
            items={treeOf(units, (people) => own.people(number(people), people === 1))}
          >
            {id === 'new' ? (
              <UnitForm key="new" siteId={siteId} units={units} mayWrite={mayWrite} />
            ) : open ? (
              <UnitForm key={open.id} siteId={siteId} unit={open} units={units} mayWrite={mayWrite} />
            ) : (
              <Message title={own.gone} />
            )}
          </ListAndForm>
        );
      }}
    </Loaded>
  );
}

/** Units below each other, each with how many people are in it. */
function treeOf(units: readonly OrgUnit[], peopleOf: (people: number) => string): ListItem[] {
  const below = (parentId: number | null, depth: number): ListItem[] =>
    units
      .filter((unit) => unit.parentId === parentId)
      .sort((a, b) => a.name.localeCompare(b.name))
      .flatMap((unit) => [
        { id: String(unit.id), label: unit.name, note: peopleOf(unit.people ?? 0), depth },
        ...below(unit.id, depth + 1),
      ]);
  return below(null, 0);
}

type FormProps = { siteId: number; unit?: OrgUnit; units: readonly OrgUnit[]; mayWrite: boolean };

function UnitForm({ siteId, unit, units, mayWrite }: FormProps) {
  const said = useWords(settingsWords);
  const own = useWords(words);
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: unit?.name ?? '', parentId: String(unit?.parentId ?? '') },
  });
  const save = useSaving({
    save: (values: UnitValues) => (unit ? changeUnit(unit.id, values) : createUnit(siteId, values)),
    renews: ['org-units'],
    done: said.saved,
    onDone: ({ id }) =>
      void navigate({ to: '/settings/$section/$id', params: { section: 'units', id: String(id) } }),
    onFault: faultsOnto(form),
  });
  const remove = useSaving({
    save: (id: number) => removeUnit(id),
    renews: ['org-units'],
    done: said.removed,
    onDone: () => void navigate({ to: '/settings/$section', params: { section: 'units' } }),
  });
  return (
    <SettingForm
      title={unit?.name ?? said.sections.units.add}
      about={unit && mayWrite ? own.removeAbout : undefined}
      onSave={
        mayWrite
          ? form.onSubmit(({ name, parentId }) =>
              save.mutate({ name, parentId: parentId === '' ? null : Number(parentId) }),
            )
          : undefined
      }
      isBusy={save.isPending}
      others={
        unit &&
        mayWrite && (
          <EditButton variant="default" onClick={() => remove.mutate(unit.id)}>
            {said.remove}
          </EditButton>
        )
      }
    >
      <TextInput label={own.name} required readOnly={!mayWrite} {...form.getInputProps('name')} />
      <Select
        label={own.parent}
        searchable
        allowDeselect={false}
        readOnly={!mayWrite}
        data={[
          { value: '', label: own.top },
          ...units
            .filter(({ id }) => id !== unit?.id)
            .map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        {...form.getInputProps('parentId')}
      />
    </SettingForm>
  );
}

function ImportUnits({ siteId }: { siteId: number }) {
  const own = useWords(words);
  const { number } = useFormats();
  const [came, setCame] = useState<Imported>();
  const { mutate, isPending } = useSaving({
    save: (file: File) => importUnits(siteId, file),
    renews: ['org-units'],
    onDone: setCame,
  });
  return (
    <div>
      <FileButton onChange={(file) => file && mutate(file)} accept=".csv,.tsv,.txt,.xlsx">
        {(props) => (
          <Button
            {...props}
            variant="default"
            loading={isPending}
            leftSection={<IconUpload size={16} aria-hidden />}
          >
            {own.import}
          </Button>
        )}
      </FileButton>
      {came && (
        <div role="status" style={{ marginTop: 12 }}>
          <p>{own.imported(number(came.created), number(came.unchanged))}</p>
          {came.rejected > 0 && <p>{own.rejected(number(came.rejected))}</p>}
          <ul>
            {came.rows.map(({ row, hint, code }) => (
              <li key={`${row} ${code}`}>
                {own.row(row)}: {hint}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
