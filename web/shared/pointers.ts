// What fingers, a pen, the mouse and its wheel do in a frame: they drag, pinch and resize.
import type { Point } from './crop.ts';

const WHEEL_ZOOM = 0.0016;

/** One finger or the mouse drags; two fingers pinch and drag; the wheel resizes. Distances are in CSS pixels. */
export function followPointers(
  frame: HTMLElement,
  handled: AddEventListenerOptions,
  moves: { drag(by: Point): void; pinch(factor: number, still: Point): void },
): void {
  const down = new Map<number, Point>();
  const shareOf = ({ x, y }: Point): Point => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return { x: (x - left) / width, y: (y - top) / height };
  };
  frame.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      frame.setPointerCapture(event.pointerId);
      down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    handled,
  );
  frame.addEventListener(
    'pointermove',
    (event) => {
      const was = down.get(event.pointerId);
      if (!was) return;
      const is = { x: event.clientX, y: event.clientY };
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      down.set(event.pointerId, is);
      if (other) {
        const [before, after] = [distance(was, other), distance(is, other)];
        if (before > 0 && after > 0) moves.pinch(after / before, shareOf(middle(is, other)));
      }
      // Of two fingers, each moves their middle half as far.
      const share = other ? 0.5 : 1;
      moves.drag({ x: (is.x - was.x) * share, y: (is.y - was.y) * share });
    },
    handled,
  );
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
    frame.addEventListener(end, (event) => void down.delete(event.pointerId), handled);
  frame.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 24 : event.deltaY;
      moves.pinch(Math.exp(-pixels * WHEEL_ZOOM), shareOf({ x: event.clientX, y: event.clientY }));
    },
    { ...handled, passive: false },
  );
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
