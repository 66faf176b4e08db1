// The cards of a person: those in use, those of before behind a line, and what is done to each.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Card } from '../../../../api/wire-cards.ts';
import type { Person } from '../../../../api/wire-person.ts';
import { cardsOfPersonQuery } from '../../client/person.ts';
import { useRights } from '../../context/rights.ts';
import { CardBadge } from '../../kit/card-badge.tsx';
import { type CardAsked, CardDialog } from '../../kit/card-dialog.tsx';
import { CardMenu } from '../../kit/card-menu.tsx';
import { cardWords, daysOfCard } from '../../kit/card-words.ts';
import { useEditReason } from '../../kit/edit-button.tsx';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './person.module.css';
import { personWords } from './person-words.ts';

const isInUse = ({ status }: Card): boolean => status === 'pending' || status === 'issued';

export function PersonCards({ person }: { person: Person }) {
  const words = useWords(personWords);
  const { may } = useRights();
  const reason = useEditReason(person.siteId);
  const cards = useQuery(cardsOfPersonQuery(person.id));
  const [asked, setAsked] = useState<CardAsked>();
  const [areAllShown, setAllShown] = useState(false);
  const mayWrite = person.status === 'active' && may('cards:write', person.siteId);
  return (
    <Panel
      title={words.cards}
      isFlush
      aside={
        mayWrite && (
          <button
            type="button"
            className={styles['textButton']}
            aria-disabled={reason !== undefined}
            title={reason}
            onClick={() =>
              reason === undefined && setAsked({ what: 'add', personId: person.id, siteId: person.siteId })
            }
          >
            {words.issue}
          </button>
        )
      }
    >
      <Loaded query={cards} waiting={<Waiting lines={1} height={56} />}>
        {(all) => {
          const former = all.filter((card) => !isInUse(card));
          const shown = [...all.filter(isInUse), ...(areAllShown ? former : [])];
          return (
            <>
              {shown.length === 0 ? (
                <p className={styles['oneCard']}>{words.noCards}</p>
              ) : (
                <ul className={styles['cards']}>
                  {shown.map((card) => (
                    <OneCard key={card.id} card={card} onAsk={mayWrite ? setAsked : undefined} />
                  ))}
                </ul>
              )}
              {former.length > 0 && (
                <div className={styles['former']}>
                  <button
                    type="button"
                    className={styles['textButton']}
                    aria-expanded={areAllShown}
                    onClick={() => setAllShown(!areAllShown)}
                  >
                    {areAllShown ? words.hideFormer : words.former(former.length)}
                  </button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
      <CardDialog asked={asked} onClose={() => setAsked(undefined)} />
    </Panel>
  );
}

type Props = { card: Card; onAsk: ((asked: CardAsked) => void) | undefined };

function OneCard({ card, onAsk }: Props) {
  const words = useWords(cardWords);
  const { date } = useFormats();
  const why = card.revokedBecause && words.because[card.revokedBecause];
  return (
    <li className={styles['oneCard']}>
      <div className={styles['cardTop']}>
        <span className={`mono ${styles['number']}`}>{card.number.decimal}</span>
        <span className={styles['cardEnd']}>
          <CardBadge card={card} />
          {onAsk && <CardMenu card={card} onAsk={onAsk} />}
        </span>
      </div>
      <div className={styles['meta']}>
        <span className="mono">0x{card.number.hex}</span> · {why ?? daysOfCard(card, words, date)}
      </div>
    </li>
  );
}
