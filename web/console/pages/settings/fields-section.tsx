// Fields of people: each with its type, its rules, and where it is used.
import { Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import { FIELD_TYPES, type FieldType } from '../../../../domain/field-definition.ts';
import {
  changeField,
  createField,
  definitionsQuery,
  type FieldValues,
  removeField,
} from '../../client/organisation.ts';
import { useRights } from '../../context/rights.ts';
import { useSites } from '../../context/site.ts';
import { EditButton } from '../../kit/edit-button.tsx';
import { faultsOnto, useSaving } from '../../kit/saving.ts';
import { Loaded, Message } from '../../kit/states.tsx';
import { toast } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { FieldUsagePanel } from './field-usage.tsx';
import { fieldsWords } from './fields-words.ts';
import { SettingForm } from './form.tsx';
import { ListAndForm } from './list-and-form.tsx';
import type { SectionProps } from './settings.tsx';
import { settingsWords } from './settings-words.ts';

export default function FieldsSection({ siteId, id }: SectionProps) {
  const said = useWords(settingsWords);
  const own = useWords(fieldsWords);
  const { may } = useRights();
  const query = useQuery(definitionsQuery(siteId));
  return (
    <Loaded query={query}>
      {(fields) => {
        const open = fields.find((field) => String(field.id) === id);
        return (
          <ListAndForm
            section="fields"
            {...said.sections.fields}
            addLabel={may('fields:write', siteId) ? said.sections.fields.add : undefined}
            openId={id}
            items={fields.map((field) => ({
              id: String(field.id),
              label: field.label,
              note: own.types[field.type],
            }))}
          >
            {id === 'new' ? (
              <FieldForm key="new" siteId={siteId} mayWrite />
            ) : open ? (
              <FieldForm
                key={open.id}
                siteId={siteId}
                field={open}
                mayWrite={may('fields:write', open.siteId)}
              />
            ) : (
              <Message title={own.gone} />
            )}
          </ListAndForm>
        );
      }}
    </Loaded>
  );
}

function FieldForm({
  siteId,
  field,
  mayWrite,
}: {
  siteId: number;
  field?: FieldDefinitionWire;
  mayWrite: boolean;
}) {
  const said = useWords(settingsWords);
  const own = useWords(fieldsWords);
  const { number } = useFormats();
  const sites = useSites();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: {
      name: field?.name ?? '',
      label: field?.label ?? '',
      type: (field?.type ?? 'text') as FieldType,
      required: field?.required ?? false,
      unique: field?.unique ?? false,
      pattern: field?.pattern ?? '',
      choices: field?.choices ?? [],
    },
  });
  const { type } = form.values;
  const save = useSaving({
    save: async ({ name, ...values }: FieldValues & { name: string }) => {
      if (!field) {
        const made = await createField(siteId, name, values);
        toast(said.saved);
        return made.id;
      }
      const { nonConforming } = await changeField(field.id, values);
      toast(nonConforming > 0 ? own.nonConforming(number(nonConforming), nonConforming === 1) : said.saved);
      return field.id;
    },
    renews: ['fields'],
    onDone: (id) => {
      if (!field)
        void navigate({ to: '/settings/$section/$id', params: { section: 'fields', id: String(id) } });
    },
    onFault: faultsOnto(form),
  });
  const remove = useSaving({
    save: removeField,
    renews: ['fields'],
    done: said.removed,
    onDone: () => void navigate({ to: '/settings/$section', params: { section: 'fields' } }),
  });
  const submit = form.onSubmit(({ pattern, choices, ...values }) =>
    save.mutate({
      ...values,
      label: values.label.trim() === '' ? values.name : values.label,
      pattern: pattern.trim() === '' ? null : pattern,
      choices: type === 'choice' ? choices : null,
    }),
  );
  const site = sites.find(({ id }) => id === (field?.siteId ?? siteId));
  return (
    <>
      <SettingForm
        title={field?.label ?? said.sections.fields.add}
        about={site && own.holdsAt(site.name)}
        onSave={mayWrite ? submit : undefined}
        isBusy={save.isPending}
        others={
          field &&
          mayWrite && (
            <EditButton variant="default" onClick={() => remove.mutate(field.id)} loading={remove.isPending}>
              {said.remove}
            </EditButton>
          )
        }
      >
        <TextInput label={own.label} required readOnly={!mayWrite} {...form.getInputProps('label')} />
        <TextInput
          label={own.name}
          description={own.nameAbout}
          required={!field}
          readOnly={field !== undefined}
          classNames={{ input: 'mono' }}
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <Select
          label={own.type}
          allowDeselect={false}
          readOnly={!mayWrite}
          data={FIELD_TYPES.map((one) => ({ value: one, label: own.types[one] }))}
          {...form.getInputProps('type')}
        />
        {type === 'choice' && (
          <TagsInput
            label={own.choices}
            description={own.choicesAbout}
            readOnly={!mayWrite}
            acceptValueOnBlur
            {...form.getInputProps('choices')}
          />
        )}
        {type === 'text' && (
          <TextInput
            label={own.pattern}
            description={own.patternAbout}
            readOnly={!mayWrite}
            classNames={{ input: 'mono' }}
            spellCheck={false}
            {...form.getInputProps('pattern')}
          />
        )}
        <Checkbox
          label={own.required}
          description={own.requiredAbout}
          disabled={!mayWrite}
          {...form.getInputProps('required', { type: 'checkbox' })}
        />
        <Checkbox
          label={own.unique}
          description={own.uniqueAbout}
          disabled={!mayWrite}
          {...form.getInputProps('unique', { type: 'checkbox' })}
        />
      </SettingForm>
      {field && mayWrite && <FieldUsagePanel id={field.id} />}
    </>
  );
}
