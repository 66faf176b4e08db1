// A person edited in place. What was typed is never lost: where somebody else was quicker, both versions are shown.
import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FieldDefinitionWire } from '../../../../api/wire-org.ts';
import type { Person } from '../../../../api/wire-person.ts';
import type { HistoryEntry } from '../../../../api/wire-person-history.ts';
import { ApiProblem } from '../../client/client.ts';
import { peopleChanged, personQuery, updatePerson } from '../../client/person.ts';
import { queryClient } from '../../client/query-client.ts';
import { useKeys } from '../../context/keys.ts';
import { EditButton } from '../../kit/edit-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { toast } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { changesSince } from './changes-since.ts';
import { formWords } from './form-words.ts';
import { LeaveGuard } from './leave-guard.tsx';
import { EditConflict, TheirValue } from './person-conflict.tsx';
import styles from './person-form.module.css';
import { PersonInputs } from './person-form.tsx';
import { differing, editFrom, faultsByPlace, flat, type PersonValues, valuesOf } from './person-values.ts';

type Props = { person: Person; definitions: readonly FieldDefinitionWire[]; onEnd: () => void };

/** Somebody else's version: what they did, and the places that both have changed. */
type Conflict = { entries: HistoryEntry[]; both: string[] };

export function PersonEditing({ person, definitions, onEnd }: Props) {
  const words = useWords(formWords);
  // What the edit began from: it moves on only where a conflict says so, whatever events bring meanwhile.
  const [base, setBase] = useState(person);
  const [conflict, setConflict] = useState<Conflict>();
  const before = valuesOf(base, definitions);
  const form = useForm({ initialValues: before });
  const isDone = useRef(false);
  const first = useRef<HTMLFormElement>(null);
  useEffect(() => first.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus(), []);

  const end = () => {
    isDone.current = true;
    onEnd();
  };
  const saving = useMutation({
    mutationFn: () => updatePerson(person.id, base.version, editFrom(before, form.values)),
    onSuccess: async () => {
      toast(words.saved);
      end();
      await peopleChanged();
    },
    onError: async (error) => {
      if (error instanceof ApiProblem && error.code === 'changed-meanwhile') return takeUp();
      form.setErrors(
        error instanceof ApiProblem
          ? faultsByPlace(error, definitions)
          : { '': error instanceof Error ? error.message : String(error) },
      );
    },
  });

  /** The newer version below what was typed: it wins where nothing was typed. */
  async function takeUp() {
    const now = await queryClient.fetchQuery({ ...personQuery(person.id), staleTime: 0 });
    const entries = await changesSince(base, now);
    const theirs = valuesOf(now, definitions);
    const mine = differing(before, form.values);
    const both = differing(before, theirs).filter(
      (place) => mine.includes(place) && flat(form.values)[place] !== flat(theirs)[place],
    );
    form.setValues(mergedValues(theirs, form.values, mine));
    setBase(now);
    setConflict({ entries, both });
  }

  const submit = form.onSubmit((values) => {
    if (differing(before, values).length > 0) return saving.mutate();
    toast(words.unchanged);
    return end();
  });
  const cancel = () => (differing(before, form.values).length === 0 ? end() : setAsking(true));
  const [isAsking, setAsking] = useState(false);
  useKeys({ 'ctrl+enter': () => submit(), escape: cancel });
  const faults = Object.keys(form.errors).filter((place) => place !== '').length;
  const theirs = flat(before);
  return (
    <form ref={first} onSubmit={submit} noValidate>
      <LeaveGuard
        changed={() => (isDone.current ? 0 : differing(before, form.values).length)}
        isAsking={isAsking}
        onStay={() => setAsking(false)}
        onLeave={end}
      />
      <Panel title={words.details}>
        {conflict && <EditConflict entries={conflict.entries} />}
        {form.errors[''] !== undefined && (
          <p role="alert" className={styles['fault']}>
            {form.errors['']}
          </p>
        )}
        {faults > 0 && (
          <p role="alert" className={styles['fault']}>
            {words.faults(faults)}
          </p>
        )}
        <PersonInputs
          form={form}
          siteId={person.siteId}
          personId={person.id}
          definitions={definitions}
          beside={(place) =>
            conflict?.both.includes(place) &&
            flat(form.values)[place] !== theirs[place] && (
              <TheirValue
                place={place}
                value={theirs[place] ?? ''}
                definitions={definitions}
                person={base}
                onTake={() => form.setFieldValue(place, theirs[place] ?? '')}
              />
            )
          }
        />
      </Panel>
      <div className={styles['foot']}>
        <Button variant="default" onClick={cancel}>
          {words.cancel}
        </Button>
        <EditButton type="submit" siteId={person.siteId} loading={saving.isPending}>
          {words.save}
        </EditButton>
      </div>
    </form>
  );
}

/** Their values, with mine at these places. */
function mergedValues(theirs: PersonValues, mine: PersonValues, places: readonly string[]): PersonValues {
  const merged: PersonValues = { ...theirs, fields: { ...theirs.fields } };
  for (const place of places)
    if (place.startsWith('fields.')) {
      const name = place.slice('fields.'.length);
      merged.fields[name] = mine.fields[name] ?? '';
    } else Object.assign(merged, { [place]: flat(mine)[place] ?? '' });
  return merged;
}
