// What ended or waits, each with one way to it.
import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconPlayerPause,
  IconUserCheck,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Notification } from '../../../api/wire-live.ts';
import { runName } from '../kit/run-name.tsx';
import { runWords } from '../kit/run-words.ts';
import { useFormats } from '../words/formats.ts';
import { useWords } from '../words/language.tsx';
import { liveWords } from './live-words.ts';
import styles from './notification-bell.module.css';

type Props = { items: readonly Notification[]; onGone: () => void };

export function NotificationList({ items, onGone }: Props) {
  const said = useWords(liveWords);
  if (items.length === 0) return <p className={styles['none']}>{said.none}</p>;
  return (
    <ul className={styles['list']}>
      {items.map((item) => (
        <li key={item.id} className={styles['item']}>
          <Item item={item} onGone={onGone} />
        </li>
      ))}
    </ul>
  );
}

function Item({ item, onGone }: { item: Notification; onGone: () => void }) {
  const said = useWords(liveWords);
  const named = useWords(runWords);
  const { relative, number } = useFormats();
  const { icon: Sign, tone } = signOf(item);
  const name =
    item.what === 'source-paused'
      ? said.paused(item.sourceName ?? '')
      : item.what === 'approval'
        ? said.approval(nameOf(item, named))
        : nameOf(item, named);
  const more = [
    item.what === 'approval' && item.by !== null && said.askedBy(item.by),
    item.what === 'run-ended' && item.state !== null && named.state[item.state],
    item.needing > 0 && said.needing(number(item.needing), item.needing === 1),
    relative(item.at),
  ];
  return (
    <Link {...wayTo(item)} className={styles['link']} onClick={onGone}>
      <Sign
        size={18}
        stroke={1.75}
        aria-hidden
        className={styles['sign']}
        style={{ color: `var(--${tone})` }}
      />
      <span className={styles['name']}>{name}</span>
      <span className={styles['more']}>{more.filter(Boolean).join(' · ')}</span>
      {!item.isSeen && (
        <span className={styles['new']}>
          <span className="visually-hidden">{said.isNew}</span>
        </span>
      )}
    </Link>
  );
}

/** A notification's run by its name. */
const nameOf = ({ kind, action, fileName }: Notification, words: (typeof runWords)['en']): string =>
  runName(
    { kind: kind ?? 'people', fileName, undoes: null, options: { action: action ?? 'create-or-update' } },
    words,
  );

function wayTo({ what, bulkActionId, sourceId }: Notification) {
  if (what === 'approval') return { to: '/approvals/$id', params: { id: bulkActionId ?? '' } } as const;
  if (what === 'source-paused') return { to: '/sources/$id', params: { id: String(sourceId) } } as const;
  return { to: '/runs/$id', params: { id: bulkActionId ?? '' } } as const;
}

function signOf({ what, state, needing }: Notification): { icon: Icon; tone: string } {
  if (what === 'approval') return { icon: IconUserCheck, tone: 'plum' };
  if (what === 'source-paused') return { icon: IconPlayerPause, tone: 'warn' };
  if (state === 'rejected') return { icon: IconCircleX, tone: 'bad' };
  if (state === 'cancelled') return { icon: IconCircleMinus, tone: 'text-2' };
  return needing > 0 ? { icon: IconAlertTriangle, tone: 'warn' } : { icon: IconCircleCheck, tone: 'ok' };
}
