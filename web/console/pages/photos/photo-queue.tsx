// The queue beside the photo: who, since when, and what the pixels warn of.
import { Button, Checkbox } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-queue.module.css';
import { photoWords } from './photo-words.ts';

type Props = {
  photos: readonly Photo[];
  currentId: string | undefined;
  onOpen: (id: string) => void;
  selected: ReadonlySet<string>;
  /** Left out: nothing is decided about here. */
  onSelect?: ((id: string, isSelected: boolean) => void) | undefined;
  onMore?: (() => void) | undefined;
  isMoreBusy: boolean;
};

export function PhotoQueue({ photos, currentId, onOpen, selected, onSelect, onMore, isMoreBusy }: Props) {
  const said = useWords(photoWords);
  const formats = useFormats();
  const current = useRef<HTMLLIElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is current
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [currentId]);
  return (
    <div className={styles['scroll']}>
      <ul className={styles['queue']} aria-label={said.queue}>
        {photos.map((photo) => {
          const isCurrent = photo.id === currentId;
          const name = photo.person?.displayName ?? said.nobody;
          return (
            <li key={photo.id} ref={isCurrent ? current : null} className={styles['line']}>
              <button
                type="button"
                className={styles['open']}
                aria-current={isCurrent || undefined}
                onClick={() => onOpen(photo.id)}
              >
                <img src={photo.thumbnailUrl} alt="" loading="lazy" className={styles['face']} />
                <span className={styles['about']}>
                  <span className={styles['name']}>{name}</span>{' '}
                  <span className={styles['age']}>
                    {formats.relative(photo.decidedAt ?? photo.createdAt)}
                  </span>{' '}
                  {photo.state === 'waiting' && photo.warnings > 0 && (
                    <span className={styles['warnings']}>
                      <IconAlertTriangle size={14} stroke={1.75} aria-hidden />{' '}
                      {said.warnings(photo.warnings)}
                    </span>
                  )}
                </span>
              </button>
              {onSelect && (
                <Checkbox
                  size="sm"
                  className={styles['select'] ?? ''}
                  data-selected={selected.size > 0 || undefined}
                  aria-label={said.select(name)}
                  checked={selected.has(photo.id)}
                  onChange={(event) => onSelect(photo.id, event.currentTarget.checked)}
                />
              )}
            </li>
          );
        })}
      </ul>
      {onMore && (
        <Button variant="default" className={styles['more'] ?? ''} onClick={onMore} loading={isMoreBusy}>
          {said.more}
        </Button>
      )}
    </div>
  );
}
