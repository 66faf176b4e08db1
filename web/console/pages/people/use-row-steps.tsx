// What is done to one person from the list of people: archived after a question, restored at once.
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ListedPerson } from '../../../../api/wire-people.ts';
import { peopleChanged, takeStep } from '../../client/person.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { ArchiveDialog } from './archive-dialog.tsx';
import { personWords } from './person-words.ts';
import type { RowSteps } from './row-menu.tsx';
import type { Choice } from './use-chosen.ts';

const nameOf = ({ displayName, identifier, id }: ListedPerson) => displayName || identifier || String(id);

/** The steps of the rows, and the dialog that asks: it stays where its row goes. */
export function useRowSteps(choice: Choice | undefined): { steps: RowSteps; dialog: ReactNode } {
  const words = useWords(personWords);
  const [asked, setAsked] = useState<ListedPerson>();
  const taking = useMutation({
    mutationFn: async ({ person, step }: { person: ListedPerson; step: 'archive' | 'restore' }) => {
      await takeStep(person.id, step, person.version);
      return { person, step };
    },
    onSuccess: ({ person, step }) => {
      toast(words.done[step](nameOf(person)));
      // They are no longer what they were when they were chosen.
      if (choice && !choice.isAll && choice.has(person.id)) choice.toggle(person);
    },
    onError: toastProblem,
    onSettled: async () => {
      setAsked(undefined);
      await peopleChanged();
    },
  });
  return {
    steps: {
      onArchive: setAsked,
      onRestore: (person) => taking.mutate({ person, step: 'restore' }),
      onChoose: choice && ((person) => choice.toggle(person)),
      isChosen: (person) => choice?.has(person.id) === true,
    },
    dialog: asked && (
      <ArchiveDialog
        isOpen
        siteId={asked.siteId}
        name={nameOf(asked)}
        isBusy={taking.isPending}
        onKeep={() => setAsked(undefined)}
        onDo={() => taking.mutate({ person: asked, step: 'archive' })}
      />
    ),
  };
}
