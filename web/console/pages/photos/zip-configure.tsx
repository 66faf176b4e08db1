// What the names of the files are, and what becomes of photos that are there already.
import { Button, NumberInput, Radio, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import { photoMatchFields } from '../../../../domain/photo-match.ts';
import { ask, newKey } from '../../client/client.ts';
import { fieldsQuery } from '../../client/fields.ts';
import { useKeys } from '../../context/keys.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-zip.module.css';
import { zipWords } from './zip-words.ts';

type Props = {
  siteId: number;
  fileId: string;
  onAnother: () => void;
  /** A plan is made: it waits to be confirmed. */
  onBegun: (runId: string) => void;
};

export function ZipConfigure({ siteId, fileId, onAnother, onBegun }: Props) {
  const said = useWords(zipWords);
  const { data: fields = [] } = useQuery(fieldsQuery(siteId));
  const [match, setMatch] = useState('identifier');
  const [existing, setExisting] = useState('overwrite');
  const [expect, setExpect] = useState<number>();
  const wanted = { match, existing, expect: expect ?? null };
  const intent = useRef({ of: '', key: '' });
  const begin = useMutation({
    mutationFn: () => {
      const of = JSON.stringify([fileId, wanted]);
      if (intent.current.of !== of) intent.current = { of, key: newKey() };
      return ask<BulkAction>('POST', '/v1/bulk-actions', {
        body: { site: siteId, kind: 'photos', files: [fileId], options: wanted, dryRun: true },
        headers: { 'idempotency-key': intent.current.key },
      });
    },
    onSuccess: ({ id }) => onBegun(id),
  });
  useKeys({ 'ctrl+enter': () => begin.mutate() });
  const labelOf = (name: string) =>
    said.own[name] ?? fields.find((field) => field.name === name)?.label ?? name;
  const example = said.example[match];
  return (
    <>
      <h1>{said.configure}</h1>
      <p className={styles['lead']}>{said.configureText}</p>
      <div className={styles['form']}>
        <Select
          label={said.match}
          data={photoMatchFields(fields).map((name) => ({ value: name, label: labelOf(name) }))}
          value={match}
          allowDeselect={false}
          onChange={(value) => setMatch(value ?? 'identifier')}
          description={example && said.exampleOf(example)}
        />
        <Radio.Group label={said.existing} value={existing} onChange={setExisting}>
          <div className={styles['choices']}>
            <Radio value="overwrite" label={said.overwrite} />
            <Radio value="keep" label={said.keep} />
          </div>
        </Radio.Group>
        <NumberInput
          label={said.expect}
          description={said.expectNote}
          min={0}
          allowDecimal={false}
          value={expect ?? ''}
          onChange={(value) => setExpect(typeof value === 'number' ? value : undefined)}
        />
      </div>
      {begin.isError && (
        <p role="alert" className={styles['fault']}>
          {begin.error.message}
        </p>
      )}
      <div className={styles['answers']}>
        <Button variant="default" onClick={onAnother}>
          {said.another}
        </Button>
        <Button loading={begin.isPending} onClick={() => begin.mutate()}>
          {said.check}
        </Button>
      </div>
    </>
  );
}
