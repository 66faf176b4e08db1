// The dialog in which a card is issued, replaced, or given other days.
import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { Card } from '../../../api/wire-cards.ts';
import { addCard, changeCardDays, replaceCard } from '../client/cards.ts';
import { ApiProblem } from '../client/client.ts';
import { peopleChanged } from '../client/person.ts';
import { useKeys } from '../context/keys.ts';
import { useWords } from '../words/language.tsx';
import styles from './card-dialog.module.css';
import { cardWords } from './card-words.ts';
import { EditButton } from './edit-button.tsx';
import { faultsByField } from './saving.ts';
import { toast } from './toast.ts';

export type CardAsked =
  | { what: 'add'; personId: number; siteId: number }
  | { what: 'replace' | 'days'; card: Card; siteId: number };

type Props = { asked: CardAsked | undefined; onClose: () => void };

export function CardDialog({ asked, onClose }: Props) {
  const words = useWords(cardWords);
  return (
    <Modal
      opened={asked !== undefined}
      onClose={onClose}
      title={asked && words.titles[asked.what]}
      closeButtonProps={{ 'aria-label': words.keep }}
      size={460}
    >
      {asked && <CardForm asked={asked} onClose={onClose} />}
    </Modal>
  );
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function CardForm({ asked, onClose }: { asked: CardAsked; onClose: () => void }) {
  const words = useWords(cardWords);
  const typeId = useId();
  const before = asked.what === 'add' ? undefined : asked.card;
  const form = useForm({
    initialValues: {
      number: '',
      type: 'decimal' as 'decimal' | 'hex',
      validFrom: before?.validFrom ?? '',
      validUntil: before?.validUntil ?? '',
    },
  });
  const saving = useMutation({
    mutationFn: ({ number, type, ...days }: typeof form.values) => {
      const given = { validFrom: orNull(days.validFrom), validUntil: orNull(days.validUntil) };
      if (asked.what === 'add')
        return addCard({ personId: asked.personId, number, type, ...given, issue: true });
      return asked.what === 'days'
        ? changeCardDays(asked.card.id, given)
        : replaceCard(asked.card.id, { number, type, ...given });
    },
    onSuccess: async (card) => {
      toast(words.done[asked.what](card.number.decimal));
      onClose();
      await peopleChanged();
    },
    onError: (error) => form.setErrors(faultsOf(error)),
  });
  const submit = form.onSubmit((values) => saving.mutate(values));
  useKeys({ 'ctrl+enter': () => submit() }, { isInDialog: true });
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        {asked.what === 'replace' && <p>{words.replaces(asked.card.number.decimal)}</p>}
        {asked.what !== 'days' && (
          <>
            <TextInput
              data-autofocus
              required
              label={words.number}
              description={words.numberHint}
              autoComplete="off"
              classNames={{ input: 'mono' }}
              {...form.getInputProps('number')}
            />
            <div>
              <p id={typeId} className={styles['label']}>
                {words.type}
              </p>
              <SegmentedControl
                aria-labelledby={typeId}
                data={[
                  { value: 'decimal', label: words.decimal },
                  { value: 'hex', label: words.hex },
                ]}
                {...form.getInputProps('type')}
              />
            </div>
          </>
        )}
        <Group grow align="start">
          <TextInput type="date" label={words.validFrom} {...form.getInputProps('validFrom')} />
          <TextInput type="date" label={words.validUntil} {...form.getInputProps('validUntil')} />
        </Group>
        <p className={styles['hint']}>{words.daysHint}</p>
        {form.errors['all'] && (
          <p role="alert" className={styles['fault']}>
            {form.errors['all']}
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          <EditButton type="submit" siteId={asked.siteId} loading={saving.isPending}>
            {words.save[asked.what]}
          </EditButton>
        </Group>
      </Stack>
    </form>
  );
}

const PLACES: Readonly<Record<string, string>> = { card_id: 'number' };

/** By inputs; what is about none of them, below all. */
function faultsOf(error: unknown): Record<string, string> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiProblem)) return { all: message };
  const faults = Object.entries(faultsByField(error)).map(
    ([path, said]) => [PLACES[path] ?? path, said] as const,
  );
  const known = faults.filter(([path]) => ['number', 'validFrom', 'validUntil'].includes(path));
  return known.length > 0 ? Object.fromEntries(known) : { all: message };
}
