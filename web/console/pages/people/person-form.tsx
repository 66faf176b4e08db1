// The inputs of a person, made from the fields that everybody has and those of the site.
import { Select, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import { PERSON_FIELD_LENGTHS } from '../../../../domain/person.ts';
import { fieldWords } from '../../kit/field-words.ts';
import { useWords } from '../../words/language.tsx';
import { formWords } from './form-words.ts';
import styles from './person-form.module.css';
import { OrgUnitSelect, SupervisorSelect } from './person-places.tsx';
import { OWN, type PersonValues } from './person-values.ts';

type Form = UseFormReturnType<PersonValues>;

type Props = {
  form: Form;
  siteId: number;
  definitions: readonly FieldDefinitionWire[];
  /** Below a value: what somebody else has made of it meanwhile. */
  beside?: (place: string) => ReactNode;
  /** The person that is edited: nobody is their own supervisor. */
  personId?: number;
};

export function PersonInputs({ form, siteId, definitions, beside, personId }: Props) {
  const words = useWords(formWords);
  const { labels } = useWords(fieldWords);
  const props = (place: string) => ({ ...form.getInputProps(place), name: place });
  return (
    <div className={styles['inputs']}>
      {Object.entries(OWN).map(([column, place], index) => (
        <div key={place}>
          <TextInput
            {...props(place)}
            label={labels[column]}
            withAsterisk={place === 'identifier'}
            aria-required={place === 'identifier'}
            type={place === 'email' ? 'email' : 'text'}
            maxLength={PERSON_FIELD_LENGTHS[column as keyof typeof OWN]}
            autoComplete="off"
            data-autofocus={index === 0 || undefined}
            {...(place === 'identifier' && { classNames: { input: 'mono' } })}
            {...(place === 'displayName' && { description: words.displayName })}
          />
          {beside?.(place)}
        </div>
      ))}
      <div>
        <OrgUnitSelect siteId={siteId} label={labels['org_unit'] ?? ''} {...props('orgUnitId')} />
        {beside?.('orgUnitId')}
      </div>
      <div>
        <SupervisorSelect personId={personId} label={labels['supervisor'] ?? ''} {...props('supervisorId')} />
        {beside?.('supervisorId')}
      </div>
      {definitions.map((definition) => (
        <div key={definition.name}>
          <FieldInput definition={definition} props={props(`fields.${definition.name}`)} />
          {beside?.(`fields.${definition.name}`)}
        </div>
      ))}
    </div>
  );
}

type InputProps = ReturnType<Form['getInputProps']>;

/** The input of a field of the site, by its type. Whether a value fits is for the API to say. */
function FieldInput({ definition, props }: { definition: FieldDefinitionWire; props: InputProps }) {
  const words = useWords(formWords);
  const said = useWords(fieldWords);
  const { label, type, required, unique, choices } = definition;
  const shared = {
    ...props,
    label,
    withAsterisk: required,
    'aria-required': required,
    ...(unique && { description: words.unique }),
  };
  const select = {
    ...shared,
    clearable: !required,
    clearButtonProps: { 'aria-label': words.clear(label) },
    value: props.value === '' ? null : props.value,
    onChange: (chosen: string | null) => props.onChange(chosen ?? ''),
  };
  if (type === 'boolean')
    return (
      <Select
        {...select}
        data={[
          { value: 'true', label: said.yes },
          { value: 'false', label: said.no },
        ]}
      />
    );
  if (type === 'choice')
    return (
      <Select
        {...select}
        searchable={(choices?.length ?? 0) > 8}
        nothingFoundMessage={words.noChoice}
        data={[...(choices ?? [])]}
      />
    );
  if (type === 'date') return <TextInput {...shared} type="date" />;
  return (
    <TextInput {...shared} autoComplete="off" {...(type === 'number' && { inputMode: 'decimal' as const })} />
  );
}
