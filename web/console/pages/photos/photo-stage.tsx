// A photo, large, with the frame of the part that goes on the card: moved, resized and turned.
import { ActionIcon, Tooltip } from '@mantine/core';
import { type Icon, IconCrop, IconRotateClockwise, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { type CSSProperties, type KeyboardEvent, useEffect, useRef } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { moved, type Part, type Size, wholePixels, zoomed } from '../../../shared/crop.ts';
import { followPointers } from '../../../shared/pointers.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './photo-stage.module.css';
import { photoWords } from './photo-words.ts';

const STEP = 0.02;
const LONG_STEP = 0.1;
const ZOOM_STEP = 1.12;

type Props = {
  photo: Photo;
  size: Size;
  part: Part;
  /** Left out: it is looked at alone. */
  onPart?: ((part: Part) => void) | undefined;
  onReset?: () => void;
  onTurn?: (() => void) | undefined;
};

export function PhotoStage({ photo, size, part, onPart, onReset, onTurn }: Props) {
  const said = useWords(photoWords);
  const formats = useFormats();
  const whole = wholePixels(part, size, 1);
  const zoom = (factor: number) => onPart?.(zoomed(part, factor, size));
  return (
    <div className={styles['stage']}>
      <div className={styles['room']}>
        <div className={styles['picture']} style={proportionsOf(size)}>
          <img
            src={photo.pictureUrl}
            key={photo.pictureUrl}
            alt={said.picture(photo.person?.displayName ?? said.nobody)}
            draggable={false}
          />
          <Frame size={size} part={part} onPart={onPart} label={said.frame} />
        </div>
      </div>
      <div className={styles['tools']}>
        {onPart && (
          <>
            {onTurn && <Tool icon={IconRotateClockwise} label={said.turn} onClick={onTurn} />}
            <Tool icon={IconZoomIn} label={said.zoomIn} onClick={() => zoom(ZOOM_STEP)} />
            <Tool icon={IconZoomOut} label={said.zoomOut} onClick={() => zoom(1 / ZOOM_STEP)} />
            {onReset && <Tool icon={IconCrop} label={said.reset} onClick={onReset} />}
          </>
        )}
        <span>{said.crop(formats.number(whole.width), formats.number(whole.height))}</span>
      </div>
    </div>
  );
}

const proportionsOf = ({ width, height }: Size) =>
  ({ aspectRatio: `${width} / ${height}`, '--ratio': String(width / height) }) as CSSProperties;

const Tool = ({ icon: Sign, label, onClick }: { icon: Icon; label: string; onClick: () => void }) => (
  <Tooltip label={label}>
    <ActionIcon variant="default" size={34} aria-label={label} onClick={onClick}>
      <Sign size={18} stroke={1.75} aria-hidden />
    </ActionIcon>
  </Tooltip>
);

type FrameProps = { size: Size; part: Part; onPart: ((part: Part) => void) | undefined; label: string };

function Frame({ size, part, onPart, label }: FrameProps) {
  const element = useRef<HTMLDivElement>(null);
  const held = useRef({ size, part, onPart });
  useEffect(() => {
    held.current = { size, part, onPart };
  });
  const isMovable = onPart !== undefined;
  useEffect(() => {
    const frame = element.current;
    if (!frame || !isMovable) return;
    const closing = new AbortController();
    const show = (next: Part) => {
      held.current.part = next;
      held.current.onPart?.(next);
    };
    followPointers(
      frame,
      { signal: closing.signal },
      {
        drag: (by) => {
          const { part: now, size: picture } = held.current;
          const scale = now.width / frame.clientWidth;
          show(moved(now, { x: by.x * scale, y: by.y * scale }, picture));
        },
        pinch: (factor, still) => show(zoomed(held.current.part, factor, held.current.size, still)),
      },
    );
    return () => closing.abort();
  }, [isMovable]);
  const share = (length: number, of: number) => `${(length / of) * 100}%`;
  const place = {
    left: share(part.left, size.width),
    top: share(part.top, size.height),
    width: share(part.width, size.width),
    height: share(part.height, size.height),
  };
  const follow = (event: KeyboardEvent) => {
    const next = keyed(event, part, size);
    if (!next || !onPart) return;
    event.preventDefault();
    onPart(next);
  };
  const inside = (
    <>
      <svg className={styles['oval']} viewBox="0 0 300 400" aria-hidden>
        <ellipse cx="150" cy="185" rx="95" ry="122" />
      </svg>
      {['nw', 'ne', 'sw', 'se'].map((corner) => (
        <span key={corner} className={styles['corner']} data-corner={corner} aria-hidden />
      ))}
    </>
  );
  if (!isMovable)
    return (
      <div className={styles['frame']} style={place}>
        {inside}
      </div>
    );
  return (
    <div
      ref={element}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and resized by keys
      tabIndex={0}
      className={styles['frame']}
      style={place}
      onKeyDown={follow}
    >
      {inside}
    </div>
  );
}

/** The arrows move the frame itself, which lies on a picture that stays. */
function keyed(event: KeyboardEvent, part: Part, size: Size): Part | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const step = event.shiftKey ? LONG_STEP : STEP;
  const by = (x: number, y: number) =>
    moved(part, { x: x * step * part.width, y: y * step * part.height }, size);
  switch (event.key) {
    case 'ArrowLeft':
      return by(-1, 0);
    case 'ArrowRight':
      return by(1, 0);
    case 'ArrowUp':
      return by(0, -1);
    case 'ArrowDown':
      return by(0, 1);
    case '+':
    case '=':
      return zoomed(part, ZOOM_STEP, size);
    case '-':
    case '_':
      return zoomed(part, 1 / ZOOM_STEP, size);
    default:
      return undefined;
  }
}
