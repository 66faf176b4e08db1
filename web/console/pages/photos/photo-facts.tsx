// What is known of a photo: who is on it, what its pixels tell, and how it looks on a card.
import { IconAlertTriangle, IconCircleCheck, IconListDetails } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, useEffect, useRef } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { PHOTO_CHECKS, type PhotoChecks } from '../../../../domain/photo.ts';
import { type Part, wholePixels } from '../../../shared/crop.ts';
import icon from '../../icon.svg';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-panel.module.css';
import { photoWords } from './photo-words.ts';

/** The name as the page's heading, and what is known beside. */
export function PhotoPerson({ photo }: { photo: Photo }) {
  const said = useWords(photoWords);
  const formats = useFormats();
  const { person, invitedAt } = photo;
  const facts = [
    person?.identifier && (
      <span className="mono" key="identifier">
        {person.identifier}
      </span>
    ),
    person?.orgUnit,
    invitedAt && said.invited(formats.shortDate(invitedAt)),
  ].filter((fact) => fact !== null && fact !== undefined && fact !== '');
  return (
    <div>
      <h2 className={styles['name']}>
        {person ? (
          <Link to="/people/$id" params={{ id: String(person.id) }}>
            {person.displayName}
          </Link>
        ) : (
          said.nobody
        )}
      </h2>
      <p className={styles['facts']}>
        {facts.map((fact, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stand where they stand
          <Fragment key={index}>
            {index > 0 && ' · '}
            {fact}
          </Fragment>
        ))}
        {photo.runId !== null && (
          <>
            {facts.length > 0 && ' · '}
            <Link to="/runs/$id" params={{ id: photo.runId }} className={styles['run']}>
              <IconListDetails size={14} aria-hidden /> {said.cameBy}
            </Link>
          </>
        )}
      </p>
    </div>
  );
}

type ChecksProps = { checks: PhotoChecks | undefined; part: { width: number; height: number } };

export function PhotoCheckList({ checks, part }: ChecksProps) {
  const said = useWords(photoWords);
  const formats = useFormats();
  return (
    <section className={styles['section']}>
      <h3 className={styles['title']}>{said.checks}</h3>
      <ul className={styles['checks']}>
        {PHOTO_CHECKS.map((check) => {
          const verdict = checks?.[check];
          return (
            <li key={check} data-verdict={verdict}>
              {verdict === 'warning' ? (
                <IconAlertTriangle size={18} stroke={1.75} aria-hidden />
              ) : (
                <IconCircleCheck size={18} stroke={1.75} aria-hidden />
              )}
              <span>
                {verdict && (
                  <span className="visually-hidden">{verdict === 'fine' ? said.isFine : said.warns} </span>
                )}
                {said[verdict ?? 'fine'][check]}
              </span>
              {check === 'size' && (
                <span className={styles['measure']}>
                  {formats.number(part.width)} × {formats.number(part.height)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

type CardProps = { photo: Photo; image: HTMLImageElement | null | undefined; part: Part };

/** Drawn from the chosen part, as it would be printed. */
export function OnTheCard({ photo, image, part }: CardProps) {
  const said = useWords(photoWords);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    const { width, height } = canvas.current;
    context.clearRect(0, 0, width, height);
    if (!image) return;
    const from = wholePixels(part, { width: image.naturalWidth, height: image.naturalHeight }, 1);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, from.left, from.top, from.width, from.height, 0, 0, width, height);
  }, [image, part]);
  const { person } = photo;
  return (
    <section className={styles['section']}>
      <h3 className={styles['title']}>{said.onTheCard}</h3>
      <div className={styles['card']}>
        <canvas ref={canvas} width={225} height={300} className={styles['cardFace']} aria-hidden />
        <div className={styles['cardText']}>
          <img src={icon} alt="" width={20} height={20} />
          <strong>{person?.displayName ?? said.nobody}</strong>
          {person?.orgUnit && <span>{person.orgUnit}</span>}
          {person?.identifier && <span className="mono">{person.identifier}</span>}
        </div>
      </div>
    </section>
  );
}
