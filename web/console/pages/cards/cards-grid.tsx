// The cards as rows: whose, both numbers, days and state, and what is done to each.
import { Checkbox } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Card } from '../../../../api/wire-cards.ts';
import { CardBadge } from '../../kit/card-badge.tsx';
import type { CardAsked } from '../../kit/card-dialog.tsx';
import { CardMenu } from '../../kit/card-menu.tsx';
import { cardWords, daysOfCard } from '../../kit/card-words.ts';
import { type GridColumn, type GridSelecting, VirtualGrid } from '../../kit/virtual-grid.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './cards.module.css';
import { cardsWords } from './cards-words.ts';

type Props = {
  cards: readonly Card[];
  /** Undefined where nothing can be done to a selection. */
  selected: ReadonlySet<number> | undefined;
  onSelect: (selected: ReadonlySet<number>) => void;
  onRange: (first: number, last: number) => void;
  onAsk: ((asked: CardAsked) => void) | undefined;
};

const isInUse = ({ status }: Card): boolean => status === 'pending' || status === 'issued';
const nameOf = ({ personName, identifier }: Card): string => personName || (identifier ?? '–');

export function CardsGrid({ cards, selected, onSelect, onRange, onAsk }: Props) {
  const words = useWords(cardsWords);
  const said = useWords(cardWords);
  const { date } = useFormats();
  const navigate = useNavigate();
  const toggle = (card: Card | undefined) => {
    if (!card || !selected || !isInUse(card)) return;
    const next = new Set(selected);
    if (!next.delete(card.id)) next.add(card.id);
    onSelect(next);
  };
  const select = (selecting: GridSelecting) => {
    if (selecting.kind === 'toggle') return toggle(cards[selecting.index]);
    const range =
      selecting.kind === 'all'
        ? cards
        : cards.slice(Math.min(selecting.from, selecting.to), Math.max(selecting.from, selecting.to) + 1);
    onSelect(new Set([...(selected ?? []), ...range.filter(isInUse).map(({ id }) => id)]));
  };
  const person = (card: Card) => (
    <Link to="/people/$id" params={{ id: String(card.personId) }} className={styles['person']}>
      {nameOf(card)}
    </Link>
  );
  const columns: GridColumn<Card>[] = [
    ...(selected
      ? [
          {
            key: 'selected',
            head: <span className="visually-hidden">{words.selectHead}</span>,
            width: '60px',
            cell: (card: Card) =>
              isInUse(card) && (
                <Checkbox
                  size="xs"
                  tabIndex={-1}
                  aria-label={words.select(card.number.decimal)}
                  checked={selected.has(card.id)}
                  onChange={() => toggle(card)}
                />
              ),
          },
        ]
      : []),
    { key: 'person', head: words.person, width: 'minmax(180px, 1.4fr)', cell: person },
    {
      key: 'number',
      head: words.number,
      width: 'minmax(150px, 1fr)',
      cell: ({ number }) => <span className="mono">{number.decimal}</span>,
    },
    {
      key: 'hex',
      head: words.hex,
      width: 'minmax(150px, 1fr)',
      cell: ({ number }) => <span className="mono">0x{number.hex}</span>,
    },
    {
      key: 'validity',
      head: words.validity,
      width: 'minmax(220px, 1.2fr)',
      cell: (card) => daysOfCard(card, said, date),
    },
    {
      key: 'state',
      head: words.state,
      width: 'minmax(180px, 0.8fr)',
      cell: (card) => <CardBadge card={card} isPlain />,
    },
    ...(onAsk
      ? [
          {
            key: 'actions',
            head: <span className="visually-hidden">{words.actions}</span>,
            width: '56px',
            cell: (card: Card) => <CardMenu card={card} onAsk={onAsk} />,
          },
        ]
      : []),
  ];
  return (
    <VirtualGrid
      label={words.grid}
      columns={columns}
      rowHeight={40}
      rowCount={cards.length}
      rowAt={(index) => cards[index]}
      onRange={onRange}
      isSelected={(index) => selected?.has(cards[index]?.id ?? -1) ?? false}
      onOpen={(index) => {
        const card = cards[index];
        if (card) void navigate({ to: '/people/$id', params: { id: String(card.personId) } });
      }}
      {...(selected && { onSelect: select })}
      narrow={(card) => (
        <div className={styles['narrow']}>
          <div className={styles['narrowLine']}>
            {person(card)}
            <CardBadge card={card} isPlain />
          </div>
          <div className={styles['narrowLine']}>
            <span className="mono">{card.number.decimal}</span>
            <span className={styles['meta']}>{daysOfCard(card, said, date)}</span>
          </div>
        </div>
      )}
    />
  );
}
