// The state of a card as a badge.
import type { Card } from '../../../api/wire-cards.ts';
import { useWords } from '../words/language.tsx';
import { Badge } from './badge.tsx';
import { CARD_SIGNS, cardWords, stateOfCard } from './card-words.ts';

export function CardBadge({ card, isPlain = false }: { card: Card; isPlain?: boolean }) {
  const words = useWords(cardWords);
  const state = stateOfCard(card);
  return (
    <Badge {...CARD_SIGNS[state]} isPlain={isPlain}>
      {words.state[state]}
    </Badge>
  );
}
