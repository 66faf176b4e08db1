// A photo that was decided about: its part on the card, by whom, and why it went back.
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { wholePixels } from '../../../shared/crop.ts';
import { useKeys } from '../../context/keys.ts';
import { OnTheCard, PhotoCheckList, PhotoPerson } from './photo-facts.tsx';
import { LastDecision, PhotoPanel, WasDecided } from './photo-panel.tsx';
import { PhotoStage } from './photo-stage.tsx';
import { startOf, useSized } from './review-photo.tsx';
import { useChecks } from './use-picture.ts';
import type { Review } from './use-review.ts';

type Props = { photo: Photo; review: Review; step: (by: 1 | -1) => void };

export function DecidedPhoto({ photo, review, step }: Props) {
  const { address, size, image } = useSized(photo);
  const part = startOf(photo, size);
  const whole = size && wholePixels(part, size, 1);
  const checks = useChecks(image, whole);
  useKeys({
    arrowleft: () => step(-1),
    arrowright: () => step(1),
    z: () => void review.takeBack(),
  });
  return (
    <>
      {size && <PhotoStage photo={{ ...photo, pictureUrl: address }} size={size} part={part} />}
      <PhotoPanel footer={review.last && <LastDecision review={review} />}>
        <PhotoPerson photo={photo} />
        <WasDecided photo={photo} />
        <PhotoCheckList checks={checks ?? photo.checks ?? undefined} part={whole ?? part} />
        <OnTheCard photo={photo} image={image} part={part} />
      </PhotoPanel>
    </>
  );
}
