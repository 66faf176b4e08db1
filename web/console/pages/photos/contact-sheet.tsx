// Photos that were selected, side by side: what is decided about them is decided about all.
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { useWords } from '../../words/language.tsx';
import styles from './contact-sheet.module.css';
import { photoWords } from './photo-words.ts';

export function ContactSheet({ photos }: { photos: readonly Photo[] }) {
  const said = useWords(photoWords);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is gone through by keys
    <section className={styles['sheet']} tabIndex={0} aria-label={said.contactSheet(photos.length)}>
      <ul>
        {photos.map((photo) => (
          <li key={photo.id}>
            <img src={`${photo.pictureUrl}?cropped=true`} alt="" loading="lazy" />
            <span>{photo.person?.displayName ?? said.nobody}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
