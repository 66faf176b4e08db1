// Cards: pending, valid, revoked, expired; issued one by one, for a run, or for whoever is chosen.
import { Button, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCards, IconSearch, IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import type { Card, NewCardsRun } from '../../../../api/wire-cards.ts';
import { CARD_STATUSES, type CardAction } from '../../../../domain/card.ts';
import { SELECTED_IDS_MAX } from '../../../../domain/selection.ts';
import { beginCardsRun, cardsQuery } from '../../client/cards.ts';
import { newKey } from '../../client/client.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { type CardAsked, CardDialog } from '../../kit/card-dialog.tsx';
import { EditButton } from '../../kit/edit-button.tsx';
import { RunPlan } from '../../kit/run-plan.tsx';
import { Failure, Message, NoMatch, Waiting } from '../../kit/states.tsx';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './cards.module.css';
import { CardsGrid } from './cards-grid.tsx';
import { cardsWords } from './cards-words.ts';

type Search = { status?: string; run?: string };
const ALL = 'all';
const TYPING_MS = 250;
const NO_CARDS: readonly Card[] = [];

export default function CardsPage() {
  const words = useWords(cardsWords);
  const { number } = useFormats();
  const { may } = useRights();
  const site = useSite();
  const navigate = useNavigate();
  const { status, run } = useSearch({ strict: false }) as Search;
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), TYPING_MS);
  const cards = useInfiniteQuery(cardsQuery({ site: site?.id, status, run, number: sought }));
  const items = cards.data?.pages.flatMap((page) => page.items) ?? NO_CARDS;
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [asked, setAsked] = useState<CardAsked>();
  const planning = usePlanning(site?.id);
  const show = (search: Search) => {
    setSelected(new Set());
    void navigate({ to: '/cards', search, replace: true });
  };
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = cards;
  const onRange = useCallback(
    (_first: number, last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= items.length - 40) void fetchNextPage();
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage, items.length],
  );
  const mayWrite = site !== undefined && may('cards:write', site.id);
  const mayRun = mayWrite && may('bulk-actions:run', site.id);
  const pending = items.filter((card) => card.status === 'pending').length;
  const people = [...new Set(items.filter(({ id }) => selected.has(id)).map(({ personId }) => personId))];
  const isNarrowed = status !== undefined || run !== undefined || sought !== '';
  return (
    <Page
      title={words.title}
      width="full"
      actions={
        mayRun &&
        run !== undefined &&
        pending > 0 && (
          <EditButton
            loading={planning.isPending}
            leftSection={<IconCards size={18} stroke={1.75} aria-hidden />}
            onClick={() => planning.ask('issue-cards', { of: run })}
          >
            {words.issue(`${number(pending)}${hasNextPage ? '+' : ''}`, pending === 1)}
          </EditButton>
        )
      }
    >
      <div className={styles['filters']}>
        <SegmentedControl
          aria-label={words.status}
          size="xs"
          value={status ?? ALL}
          onChange={(value) => show({ ...(value !== ALL && { status: value }), ...(run && { run }) })}
          data={[
            { value: ALL, label: words.all },
            ...CARD_STATUSES.map((value) => ({ value, label: words.statuses[value] ?? value })),
          ]}
        />
        <TextInput
          type="search"
          aria-label={words.find}
          placeholder={words.findHint}
          leftSection={<IconSearch size={16} stroke={1.75} aria-hidden />}
          className={styles['find'] ?? ''}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        {run !== undefined && (
          <span className={styles['chip']}>
            {words.ofRun}
            <button
              type="button"
              aria-label={words.clearRun}
              className={styles['clear']}
              onClick={() => show(status === undefined ? {} : { status })}
            >
              <IconX size={16} aria-hidden />
            </button>
          </span>
        )}
      </div>
      {cards.isError ? (
        <Failure error={cards.error} onRetry={() => void cards.refetch()} />
      ) : cards.data === undefined ? (
        <Waiting lines={12} />
      ) : items.length === 0 && isNarrowed ? (
        <NoMatch
          onClear={() => {
            setTyped('');
            show({});
          }}
        />
      ) : items.length === 0 ? (
        <Message icon={IconCards} title={words.noCards} />
      ) : (
        <CardsGrid
          cards={items}
          selected={mayRun ? selected : undefined}
          onSelect={setSelected}
          onRange={onRange}
          onAsk={mayWrite ? setAsked : undefined}
        />
      )}
      {people.length > 0 && (
        <section className={styles['selection']} aria-label={words.selectHead}>
          <strong>{words.selected(number(selected.size), selected.size === 1)}</strong>
          <Button variant="subtle" onClick={() => setSelected(new Set())}>
            {words.clear}
          </Button>
          <EditButton
            variant="default"
            loading={planning.isPending}
            onClick={() => planning.ask('revoke-cards', { personIds: people })}
          >
            {words.revokeOf(people.length)}
          </EditButton>
          <EditButton
            loading={planning.isPending}
            onClick={() => planning.ask('issue-cards', { personIds: people })}
          >
            {words.issueOf(people.length)}
          </EditButton>
        </section>
      )}
      <CardDialog asked={asked} onClose={() => setAsked(undefined)} />
      <Modal
        size={820}
        opened={planning.run !== undefined}
        onClose={planning.close}
        title={planning.run?.action === 'revoke-cards' ? words.planRevoke : words.planIssue}
        closeButtonProps={{ 'aria-label': words.close }}
      >
        {planning.run && <RunPlan runId={planning.run.id} onDropped={planning.close} isInDialog />}
      </Modal>
    </Page>
  );
}

type Whose = { of: string } | { personIds: readonly number[] };

/** Begins a run on cards as a plan alone, and keeps which one is looked at. */
function usePlanning(site: number | undefined) {
  const words = useWords(cardsWords);
  const [run, setRun] = useState<{ id: string; action: CardAction }>();
  const key = useRef(newKey());
  const beginning = useMutation({
    mutationFn: (body: NewCardsRun) => beginCardsRun(body, key.current),
    onSuccess: ({ id }, { options: { action } }) => setRun({ id, action }),
    onError: toastProblem,
    onSettled: () => {
      key.current = newKey();
    },
  });
  return {
    run,
    isPending: beginning.isPending,
    close: () => setRun(undefined),
    ask(action: CardAction, whose: Whose) {
      if (site === undefined) return;
      const isOfRun = 'of' in whose;
      if (!isOfRun && whose.personIds.length > SELECTED_IDS_MAX) return toast(words.tooMany);
      beginning.mutate({
        site,
        kind: 'cards',
        ...(!isOfRun && { selection: { ids: [...whose.personIds] } }),
        options: { action, ...(isOfRun && { of: whose.of }) },
        dryRun: true,
      });
    },
  };
}
