// One photo that waits: looked at, its part for the card chosen, and decided about, by keys alone if one likes.
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { type Crop, DECLINE_REASONS, type DeclineReason } from '../../../../domain/photo.ts';
import { largestPart, type Part, type Size, wholePixels } from '../../../shared/crop.ts';
import { turnPhoto } from '../../client/photos.ts';
import { useKeys } from '../../context/keys.ts';
import { Message } from '../../kit/states.tsx';
import { toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { OnTheCard, PhotoCheckList, PhotoPerson } from './photo-facts.tsx';
import { Answers, PhotoPanel, type Reasons, WhySentBack } from './photo-panel.tsx';
import { PhotoStage } from './photo-stage.tsx';
import { photoWords } from './photo-words.ts';
import { useAhead, useChecks, usePicture } from './use-picture.ts';
import type { Review } from './use-review.ts';

type Props = {
  photo: Photo;
  next: Photo | undefined;
  review: Review;
  step: (by: 1 | -1) => void;
  onSelect: () => void;
};

export function ReviewPhoto({ photo, next, review, step, onSelect }: Props) {
  const said = useWords(photoWords);
  const { address, size, image } = useSized(photo);
  const { part, crop, setPart, reset } = usePart(photo, size);
  const checks = useChecks(image, size && wholePixels(part, size, 1));
  const why = useReasons();
  const turn = useTurn(photo);
  useAhead(next?.pictureUrl);
  const approve = () => void review.decide(photo, { crop });
  const sendBack = () => {
    const given = why.given();
    if (given) void review.decide(photo, { why: given });
  };
  const byNumber = DECLINE_REASONS.map((reason, index) => [
    String(index + 1),
    (event: KeyboardEvent) => (event.repeat ? undefined : why.toggle(reason)),
  ]);
  useKeys({
    a: (event) => (event.repeat ? undefined : approve()),
    r: (event) => (event.repeat ? undefined : sendBack()),
    z: (event) => (event.repeat ? undefined : void review.takeBack()),
    'ctrl+enter': () => (why.isGiven ? sendBack() : approve()),
    arrowleft: () => step(-1),
    arrowright: () => step(1),
    x: onSelect,
    ...Object.fromEntries(byNumber),
  });
  const [first = ''] = (photo.person?.displayName ?? '').split(' ');
  return (
    <>
      {size ? (
        <PhotoStage
          photo={{ ...photo, pictureUrl: address }}
          size={size}
          part={part}
          onPart={setPart}
          onReset={reset}
          onTurn={turn}
        />
      ) : (
        <Message title={said.picture(photo.person?.displayName ?? said.nobody)} />
      )}
      <PhotoPanel
        footer={
          <Answers
            review={review}
            approveLabel={said.approve}
            sendBackLabel={said.sendBack}
            onApprove={approve}
            onSendBack={sendBack}
          />
        }
      >
        <PhotoPerson photo={photo} />
        <PhotoCheckList
          checks={checks ?? photo.checks ?? undefined}
          part={size ? wholePixels(part, size, 1) : part}
        />
        <OnTheCard photo={photo} image={image} part={part} />
        <WhySentBack why={why} title={said.why} noteLabel={said.note(first)} />
      </PhotoPanel>
    </>
  );
}

/** The picture and its size, which the API knows unless it is of before it did. */
export function useSized(photo: Photo) {
  // Turned, it is another picture at the same address.
  const address = `${photo.pictureUrl}?of=${photo.bytes}-${photo.width}`;
  const image = usePicture(address);
  const size = useMemo((): Size | undefined => {
    if (photo.width !== null && photo.height !== null) return { width: photo.width, height: photo.height };
    return image ? { width: image.naturalWidth, height: image.naturalHeight } : undefined;
  }, [photo.width, photo.height, image]);
  return { address, image, size };
}

/** The part for the card: the cardholder's choice at first, else the largest that fits. */
function usePart(photo: Photo, size: Size | undefined) {
  const [chosen, setChosen] = useState<{ of: Size; part: Part }>();
  const start = startOf(photo, size);
  // Turned meanwhile, what was chosen is no part of it any more.
  const part = chosen && chosen.of === size ? chosen.part : start;
  const crop: Crop | undefined = size && wholePixels(part, size, 1);
  const isAsItWas =
    crop !== undefined && photo.crop !== null && JSON.stringify(crop) === JSON.stringify(inOrder(photo.crop));
  return {
    part,
    crop: isAsItWas ? undefined : crop,
    setPart: (next: Part) => size && setChosen({ of: size, part: next }),
    reset: () => setChosen(undefined),
  };
}

const inOrder = ({ left, top, width, height }: Crop): Crop => ({ left, top, width, height });

export const startOf = (photo: Photo, size: Size | undefined): Part =>
  photo.crop ?? largestPart(size ?? { width: 300, height: 400 });

/** Why it would be sent back, as far as that is said. */
export function useReasons(): Reasons & {
  isGiven: boolean;
  given: () => { reasons: DeclineReason[]; note: string | null } | undefined;
} {
  const [reasons, setReasons] = useState<ReadonlySet<DeclineReason>>(new Set());
  const [note, setNote] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isGiven = reasons.size > 0 || note.trim() !== '';
  return {
    reasons,
    note,
    setNote,
    toggle: (reason) => {
      const next = new Set(reasons);
      if (!next.delete(reason)) next.add(reason);
      setReasons(next);
    },
    isMissing: isAsked && !isGiven,
    isGiven,
    given: () => {
      if (!isGiven) setAsked(true);
      return isGiven ? { reasons: [...reasons], note: note.trim() === '' ? null : note.trim() } : undefined;
    },
  };
}

function useTurn(photo: Photo): () => void {
  const client = useQueryClient();
  const [isTurning, setTurning] = useState(false);
  return () => {
    if (isTurning) return;
    setTurning(true);
    turnPhoto(photo.id, 1)
      .then(() => client.invalidateQueries({ queryKey: ['photos', 'list'] }))
      .catch(toastProblem)
      .finally(() => setTurning(false));
  };
}
