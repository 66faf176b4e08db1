// The picture under its oval: drawn, dragged, pinched, turned by the wheel, and moved by keys and buttons.
import { largestPart, moved, type Part, type Point, wholePixels, zoomed, zoomOf } from '../shared/crop.ts';
import { followPointers } from '../shared/pointers.ts';
import type { Picture } from './picture.ts';

export type Stage = {
  readonly part: Part;
  /** The chosen part in another size, for a look at its pixels. */
  pixels(width: number, height: number): Uint8ClampedArray | undefined;
  move(direction: Direction): void;
  zoom(direction: 'in' | 'out'): void;
  close(): void;
};

export type Direction = 'left' | 'right' | 'up' | 'down';

const STEP = 0.03;
const LONG_STEP = 0.12;
const ZOOM_STEP = 1.12;

/** Where the photo goes, which is what the arrow says; the part goes the other way. */
const TOWARDS: Record<Direction, Point> = {
  left: { x: 1, y: 0 },
  right: { x: -1, y: 0 },
  up: { x: 0, y: 1 },
  down: { x: 0, y: -1 },
};

/** Shows a picture in `frame`, whose `canvas` it draws on. `onChange` hears of every other part that is chosen. */
export function openStage(
  frame: HTMLElement,
  canvas: HTMLCanvasElement,
  picture: Picture,
  onChange: (zoom: number) => void,
): Stage {
  let part = largestPart(picture);
  let isDrawing = 0;
  const closing = new AbortController();
  const draw = () => {
    isDrawing = 0;
    drawPart(canvas, picture, part);
  };
  const show = (next: Part) => {
    part = next;
    isDrawing ||= requestAnimationFrame(draw);
    onChange(zoomOf(part, picture));
  };
  const stage: Stage = {
    get part() {
      return part;
    },
    pixels: (width, height) => pixelsOf(picture, part, width, height),
    move: (direction) => show(stepped(part, direction, STEP, picture)),
    zoom: (direction) => show(zoomed(part, direction === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP, picture)),
    close() {
      closing.abort();
      cancelAnimationFrame(isDrawing);
      resized.disconnect();
    },
  };
  const handled = { signal: closing.signal };
  followPointers(frame, handled, {
    drag: (by) => show(dragged(part, by, frame, picture)),
    pinch: (factor, still) => show(zoomed(part, factor, picture, still)),
  });
  followKeys(frame, handled, (event) => keyed(event, part, picture), show);
  const resized = new ResizeObserver(draw);
  resized.observe(canvas);
  show(part);
  return stage;
}

/** The picture goes with the finger, and the part the other way. */
const dragged = (part: Part, by: Point, frame: HTMLElement, picture: Picture): Part =>
  moved(
    part,
    { x: -by.x * (part.width / frame.clientWidth), y: -by.y * (part.height / frame.clientHeight) },
    picture,
  );

const stepped = (part: Part, direction: Direction, share: number, picture: Picture): Part =>
  moved(
    part,
    { x: TOWARDS[direction].x * part.width * share, y: TOWARDS[direction].y * part.height * share },
    picture,
  );

function keyed(event: KeyboardEvent, part: Part, picture: Picture): Part | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const direction = /^Arrow(Left|Right|Up|Down)$/.exec(event.key)?.[1]?.toLowerCase() as
    | Direction
    | undefined;
  if (direction) return stepped(part, direction, event.shiftKey ? LONG_STEP : STEP, picture);
  if (event.key === '+' || event.key === '=') return zoomed(part, ZOOM_STEP, picture);
  if (event.key === '-' || event.key === '−' || event.key === '_')
    return zoomed(part, 1 / ZOOM_STEP, picture);
  return undefined;
}

function followKeys(
  frame: HTMLElement,
  handled: AddEventListenerOptions,
  read: (event: KeyboardEvent) => Part | undefined,
  show: (part: Part) => void,
): void {
  const follow = (event: KeyboardEvent) => {
    const next = read(event);
    if (!next) return;
    event.preventDefault();
    show(next);
  };
  frame.addEventListener('keydown', follow, handled);
}

function drawPart(canvas: HTMLCanvasElement, picture: Picture, { left, top, width, height }: Part): void {
  const density = Math.min(window.devicePixelRatio || 1, 3);
  const [wide, high] = [Math.round(canvas.clientWidth * density), Math.round(canvas.clientHeight * density)];
  if (wide === 0 || high === 0) return;
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, wide, high);
  context.drawImage(picture.image, left, top, width, height, 0, 0, wide, high);
}

function pixelsOf(
  picture: Picture,
  part: Part,
  width: number,
  height: number,
): Uint8ClampedArray | undefined {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return undefined;
  const from = wholePixels(part, picture, 1);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture.image, from.left, from.top, from.width, from.height, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}
