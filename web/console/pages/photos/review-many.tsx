// Several photos decided about together.
import { Button } from '@mantine/core';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { DECLINE_REASONS } from '../../../../domain/photo.ts';
import { useKeys } from '../../context/keys.ts';
import { useWords } from '../../words/language.tsx';
import { ContactSheet } from './contact-sheet.tsx';
import styles from './photo-panel.module.css';
import { Answers, PhotoPanel, WhySentBack } from './photo-panel.tsx';
import { photoWords } from './photo-words.ts';
import { useReasons } from './review-photo.tsx';
import type { Review } from './use-review.ts';

type Props = {
  photos: readonly Photo[];
  shownCount: number;
  review: Review;
  onAll: () => void;
  onClear: () => void;
};

export function ReviewMany({ photos, shownCount, review, onAll, onClear }: Props) {
  const said = useWords(photoWords);
  const why = useReasons();
  const ids = photos.map(({ id }) => id);
  const approve = () => void review.decideMany(ids).then(onClear);
  const sendBack = () => {
    const given = why.given();
    if (given) void review.decideMany(ids, given).then(onClear);
  };
  useKeys({
    a: (event) => (event.repeat ? undefined : approve()),
    r: (event) => (event.repeat ? undefined : sendBack()),
    z: () => void review.takeBack(),
    escape: onClear,
    ...Object.fromEntries(
      DECLINE_REASONS.map((reason, index) => [String(index + 1), () => why.toggle(reason)]),
    ),
  });
  return (
    <>
      <ContactSheet photos={photos} />
      <PhotoPanel
        footer={
          <Answers
            review={review}
            approveLabel={said.approveMany(photos.length)}
            sendBackLabel={said.sendBackMany(photos.length)}
            onApprove={approve}
            onSendBack={sendBack}
          />
        }
      >
        <div>
          <h2 className={styles['name']}>{said.selected(photos.length)}</h2>
          <div className={styles['selection']}>
            {photos.length < shownCount && (
              <Button variant="default" onClick={onAll}>
                {said.selectAll(shownCount)}
              </Button>
            )}
            <Button variant="default" onClick={onClear}>
              {said.clearSelection}
            </Button>
          </div>
        </div>
        <WhySentBack why={why} title={said.whyMany} noteLabel={said.noteMany} />
      </PhotoPanel>
    </>
  );
}
