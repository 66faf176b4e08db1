// Where the files of a source are, and what lets one in there.
import { Checkbox, NumberInput, PasswordInput, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useWords } from '../../words/language.tsx';
import styles from './source-form.module.css';
import type { FieldsProps } from './source-form.tsx';
import { formWords } from './source-form-words.ts';
import { SECRETS_OF, type SourceValues } from './source-values.ts';

const KINDS = ['directory', 'sftp', 'https', 's3'] as const;

type TextName = 'path' | 'host' | 'user' | 'url' | 'authHeader' | 'bucket' | 'prefix' | 'region' | 'endpoint';

const FIELDS_OF: Readonly<Record<SourceValues['kind'], readonly TextName[]>> = {
  directory: ['path'],
  sftp: ['host', 'user', 'path'],
  https: ['url', 'authHeader'],
  s3: ['bucket', 'prefix', 'region', 'endpoint'],
};

export function PlaceFields({ values, set, faultAt, hasSecret }: FieldsProps & { hasSecret: boolean }) {
  const said = useWords(formWords);
  const { kind } = values;
  return (
    <div className={styles['fields']}>
      <SegmentedControl
        aria-label={said.kind}
        value={kind}
        onChange={(value) => set({ kind: value as SourceValues['kind'] })}
        data={KINDS.map((value) => ({ value, label: said.kinds[value] }))}
      />
      <div className={styles['pair']}>
        {FIELDS_OF[kind].map((name) => (
          <TextInput
            key={name}
            label={said[name]}
            value={values[name]}
            autoComplete="off"
            spellCheck={false}
            error={faultAt(`place.${name}`)}
            onChange={({ currentTarget: { value } }) =>
              set({
                [name]: value,
                // Almost all that are not Amazon’s want it, and Amazon does not.
                ...(name === 'endpoint' &&
                  (value === '') !== (values.endpoint === '') && { isPathStyle: value !== '' }),
              })
            }
          />
        ))}
        {kind === 'sftp' && (
          <NumberInput
            label={said.port}
            value={values.port}
            min={1}
            max={65_535}
            allowDecimal={false}
            thousandSeparator=""
            error={faultAt('place.port')}
            onChange={(value) => set({ port: typeof value === 'number' ? value : '' })}
          />
        )}
      </div>
      {kind === 'sftp' && (
        <Textarea
          label={said.hostKeys}
          description={said.hostKeysNote}
          value={values.hostKeys}
          autosize
          minRows={2}
          spellCheck={false}
          error={faultAt('place.hostKeys')}
          onChange={(event) => set({ hostKeys: event.currentTarget.value })}
        />
      )}
      {kind === 's3' && (
        <Checkbox
          label={said.pathStyle}
          description={said.pathStyleNote}
          checked={values.isPathStyle}
          onChange={(event) => set({ isPathStyle: event.currentTarget.checked })}
        />
      )}
      {kind === 'https' && (
        <Textarea
          label={said.authority}
          description={said.authorityNote}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={values.authority}
          autosize
          minRows={1}
          maxRows={6}
          spellCheck={false}
          error={faultAt('place.authority')}
          onChange={(event) => set({ authority: event.currentTarget.value })}
        />
      )}
      {SECRETS_OF[kind].length > 0 && (
        <fieldset className={styles['secret']}>
          <legend>{said.secret}</legend>
          {hasSecret && <p className={styles['meta']}>{said.secretKept}</p>}
          {SECRETS_OF[kind].map((name) => (
            <SecretField key={name} name={name} values={values} set={set} />
          ))}
          {faultAt('secret') !== undefined && <p className={styles['bad']}>{faultAt('secret')}</p>}
        </fieldset>
      )}
    </div>
  );
}

function SecretField({ name, values, set }: { name: string } & Pick<FieldsProps, 'values' | 'set'>) {
  const said = useWords(formWords);
  const label = said[name as 'password'];
  const value = values.secret[name] ?? '';
  const change = (given: string) => set({ secret: { ...values.secret, [name]: given } });
  if (name === 'privateKey')
    return (
      <Textarea
        label={label}
        value={value}
        autosize
        minRows={2}
        maxRows={6}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  return (
    <PasswordInput
      label={label}
      value={value}
      autoComplete="new-password"
      onChange={(event) => change(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-hidden': true }}
    />
  );
}
