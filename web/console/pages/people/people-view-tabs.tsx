// The lists of people under a name: those that the console brings along, and saved ones, each with its count.
import { ActionIcon, Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { peopleCountQuery } from '../../client/people.ts';
import { changePeopleView, removePeopleView, savePeopleView } from '../../client/people-views.ts';
import { useRights } from '../../context/rights.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { filterWords } from './people-filter-words.ts';
import styles from './people-list.module.css';
import type { BuiltIn, ListView } from './people-views.ts';
import { peopleWords } from './people-words.ts';

type Props = {
  siteId: number;
  views: readonly ListView[];
  chosen: ListView;
  /** What is shown now: kept where a view is saved. */
  now: { filters: readonly string[]; columns: readonly string[]; sort: ListView['sort'] };
  isChanged: boolean;
  onSaved: (key: string) => void;
};

export function PeopleViewTabs({ siteId, views, chosen, now, isChanged, onSaved }: Props) {
  const said = useWords(filterWords);
  const people = useWords(peopleWords);
  const client = useQueryClient();
  const [isSaving, setSaving] = useState(false);
  const changed = () => client.invalidateQueries({ queryKey: ['people', 'views'] });
  const view = {
    filters: [...now.filters],
    columns: [...now.columns],
    sort: {
      field: now.sort.replace('-desc', '') as 'name',
      isDescending: now.sort.endsWith('-desc'),
    },
  };
  const changing = useMutation({
    mutationFn: (id: number) => changePeopleView(id, { view }),
    onSuccess: async ({ id, name }) => {
      toast(said.saved(name));
      await changed();
      onSaved(String(id));
    },
    onError: toastProblem,
  });
  const removing = useMutation({
    mutationFn: ({ id }: { id: number; name: string }) => removePeopleView(id),
    onSuccess: async (_, { name }) => {
      toast(said.removed(name));
      onSaved('active');
      await changed();
    },
    onError: toastProblem,
  });
  const { saved } = chosen;
  return (
    <nav className={styles['views']} aria-label={people.views}>
      {views.map((one) => (
        <ViewTab key={one.key} siteId={siteId} view={one} isChosen={one.key === chosen.key} />
      ))}
      <ActionIcon size={32} aria-label={said.saveView} onClick={() => setSaving(true)}>
        <IconPlus size={18} stroke={1.75} aria-hidden />
      </ActionIcon>
      {saved?.isMine && isChanged && (
        <Button variant="subtle" onClick={() => changing.mutate(saved.id)} loading={changing.isPending}>
          {said.saveChanges}
        </Button>
      )}
      {saved?.isMine && (
        <ActionIcon size={32} aria-label={said.removeView(saved.name)} onClick={() => removing.mutate(saved)}>
          <IconTrash size={16} stroke={1.75} aria-hidden />
        </ActionIcon>
      )}
      <SaveView
        siteId={siteId}
        isOpen={isSaving}
        view={view}
        onClose={() => setSaving(false)}
        onSaved={(key) => {
          void changed();
          onSaved(key);
        }}
      />
    </nav>
  );
}

function ViewTab({ siteId, view, isChosen }: { siteId: number; view: ListView; isChosen: boolean }) {
  const said = useWords(peopleWords);
  const formats = useFormats();
  const { data: counted } = useQuery({
    ...peopleCountQuery({ site: siteId, filters: view.filters, text: '' }),
    enabled: view.saved === undefined,
    staleTime: 60_000,
  });
  const count = view.saved ? view.saved.people : counted;
  return (
    <Link
      to="/people"
      search={{ view: view.key }}
      className={styles['view']}
      aria-current={isChosen ? 'page' : undefined}
      activeProps={{ 'aria-current': isChosen ? 'page' : undefined }}
    >
      {view.saved?.name ?? said.view[view.key as BuiltIn]}{' '}
      <span className={styles['viewCount']}>{typeof count === 'number' ? formats.number(count) : ''}</span>
    </Link>
  );
}

type SaveProps = {
  siteId: number;
  isOpen: boolean;
  view: Parameters<typeof savePeopleView>[0]['view'];
  onClose: () => void;
  onSaved: (key: string) => void;
};

function SaveView({ siteId, isOpen, view, onClose, onSaved }: SaveProps) {
  const said = useWords(filterWords);
  const { may } = useRights();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const saving = useMutation({
    mutationFn: () => savePeopleView({ siteId, name: name.trim(), isShared, view }),
    onSuccess: (saved) => {
      toast(said.saved(saved.name));
      setName('');
      onClose();
      onSaved(String(saved.id));
    },
    onError: toastProblem,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') saving.mutate();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={said.saveView}
      closeButtonProps={{ 'aria-label': said.close }}
    >
      <form onSubmit={submit}>
        <TextInput
          data-autofocus
          label={said.viewName}
          description={said.note}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {may('people:update') && (
          <Checkbox
            mt="lg"
            label={said.shared}
            checked={isShared}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" mt="xl">
          <Button variant="default" onClick={onClose}>
            {said.cancel}
          </Button>
          <Button type="submit" loading={saving.isPending}>
            {said.save}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
