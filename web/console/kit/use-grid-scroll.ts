// The scrolling of a grid: which rows are drawn as its scroller moves, without a state per pixel.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  type GridPlace,
  type GridSize,
  heightsOf,
  offsetShowing,
  placeAfter,
  placeAt,
  rowsDrawn,
} from './grid-geometry.ts';

const SETTLED_MS = 160;

type Drawn = { first: number; last: number; place: GridPlace };

export type GridScroll = {
  size: GridSize;
  drawn: Drawn;
  height: number;
  /** Brings a row into sight; `isNow`: it is drawn when this returns, which no effect may ask for. */
  show(index: number, isNow?: boolean): void;
};

/** `head`: what stands above the rows and stays there. */
export function useGridScroll(
  scroller: RefObject<HTMLDivElement | null>,
  head: RefObject<HTMLDivElement | null>,
  rowCount: number,
  rowHeight: number,
): GridScroll {
  const [view, setView] = useState(600);
  const size: GridSize = { rowCount, rowHeight, view };
  const [place, setPlace] = useState<GridPlace>({ offset: 0, scrollTop: 0 });
  const now = useRef({ size, place });
  now.current.size = size;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () =>
      setView(Math.max(rowHeight, element.clientHeight - (head.current?.offsetHeight ?? 0)));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller, head, rowHeight]);

  // Fewer rows, or another height of them: the place is brought into bounds.
  useLayoutEffect(() => {
    const at = { rowCount, rowHeight, view };
    const kept = placeAt(at, now.current.place.offset);
    if (kept.offset === now.current.place.offset) return;
    now.current.place = kept;
    if (scroller.current) scroller.current.scrollTop = kept.scrollTop;
    setPlace(kept);
  }, [scroller, rowCount, rowHeight, view]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let settling: ReturnType<typeof setTimeout> | undefined;
    const go = (next: GridPlace) => {
      const { size: at, place: before } = now.current;
      now.current.place = next;
      const [was, is] = [rowsDrawn(at, before), rowsDrawn(at, next)];
      // Rows that stay where they are drawn move with the scroller by themselves.
      const isSteady = before.scrollTop - before.offset === next.scrollTop - next.offset;
      if (isSteady && was.first === is.first && was.last === is.last) return;
      flushSync(() => setPlace(next));
    };
    const settle = () => {
      const { size: at, place: before } = now.current;
      const { full, height } = heightsOf(at);
      if (full === height) return;
      const straight = placeAt(at, before.offset);
      if (Math.abs(straight.scrollTop - before.scrollTop) < 1) return;
      element.scrollTop = straight.scrollTop;
      go({ offset: before.offset, scrollTop: element.scrollTop });
    };
    const onScroll = () => {
      const { size: at, place: before } = now.current;
      clearTimeout(settling);
      settling = setTimeout(settle, SETTLED_MS);
      if (Math.abs(element.scrollTop - before.scrollTop) >= 0.01)
        go(placeAfter(at, before, element.scrollTop));
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      clearTimeout(settling);
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);

  const show = (index: number, isNow = false) => {
    const element = scroller.current;
    const { size: at, place: before } = now.current;
    const offset = offsetShowing(at, before, index);
    if (!element || offset === before.offset) return;
    element.scrollTop = placeAt(at, offset).scrollTop;
    now.current.place = { offset, scrollTop: element.scrollTop };
    if (isNow) flushSync(() => setPlace(now.current.place));
    else setPlace(now.current.place);
  };
  return { size, drawn: { ...rowsDrawn(size, place), place }, height: heightsOf(size).height, show };
}
