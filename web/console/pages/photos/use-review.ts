// What a reviewer says of photos, one after the other, and how the last of it is taken back.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { type Crop, DECISION_GRACE_SECONDS } from '../../../../domain/photo.ts';
import { ApiProblem } from '../../client/client.ts';
import {
  approvePhoto,
  photosQuery,
  reconsiderPhoto,
  reviewPhotos,
  type SentBack,
  sendPhotoBack,
} from '../../client/photos.ts';
import { toast, toastProblem } from '../../kit/toast.ts';
import { useWords } from '../../words/language.tsx';
import { type PhotoWords, photoWords } from './photo-words.ts';

/** `why`: sent back. Else approved, with another part of it where a crop is given. */
export type Decision = { why: SentBack } | { crop?: Crop | undefined };

/** The last decision, as long as it can be taken back. */
type Last = { ids: string[]; words: string; until: number };

const TICK_MS = 1000;

export type Review = ReturnType<typeof useReview>;

export function useReview(site: number | undefined, open: (id: string) => void) {
  const client = useQueryClient();
  const said = useWords(photoWords);
  const [last, setLast] = useState<Last>();
  const [isBusy, setBusy] = useState(false);
  // Keys come faster than pages are drawn: one decision at a time, each about what is seen.
  const busy = useRef(false);
  const secondsLeft = useSecondsLeft(last?.until, () => setLast(undefined));

  const alone = async (work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toastProblem(error);
    } finally {
      busy.current = false;
      setBusy(false);
    }
  };

  const drop = (ids: readonly string[]) => {
    client.setQueryData(photosQuery(site, 'waiting').queryKey, (kept) =>
      kept === undefined
        ? kept
        : {
            ...kept,
            pages: kept.pages.map((page) => ({
              ...page,
              items: page.items.filter(({ id }) => !ids.includes(id)),
            })),
          },
    );
    void client.invalidateQueries({ queryKey: ['photos', 'counts'] });
    void client.invalidateQueries({ queryKey: ['waiting'] });
    for (const state of ['approved', 'declined'] as const)
      void client.invalidateQueries({ queryKey: photosQuery(site, state).queryKey });
  };

  const remember = (ids: string[], words: string) =>
    setLast({ ids, words, until: Date.now() + DECISION_GRACE_SECONDS * 1000 });

  return {
    last: last && { ...last, secondsLeft },
    isBusy,
    /** Gives whether the photo is settled, by this decision or by somebody who was quicker. */
    decide: (photo: Photo, decision: Decision) =>
      alone(async () => {
        const verdict = 'why' in decision ? 'declined' : 'approved';
        const name = photo.person?.displayName ?? said.nobody;
        try {
          if ('why' in decision) await sendPhotoBack(photo.id, decision.why);
          else await approvePhoto(photo.id, decision.crop);
          remember([photo.id], said.decided(name, verdict));
        } catch (error) {
          const told = quickerWords(error, name, said);
          if (told === undefined) throw error;
          toast(told);
        }
        drop([photo.id]);
      }),
    decideMany: (ids: readonly string[], why?: SentBack) =>
      alone(async () => {
        const { items, decided } = await reviewPhotos(ids, why);
        const done = items.filter(({ outcome }) => outcome === 'decided').map(({ id }) => id);
        const isOver = ({ outcome }: (typeof items)[number]) =>
          outcome === 'not-waiting' || outcome === 'missing';
        if (done.length > 0) remember(done, said.decidedMany(decided, why ? 'declined' : 'approved'));
        if (done.length < items.length) toast(said.notDecided(items.length - done.length));
        drop([...done, ...items.filter(isOver).map(({ id }) => id)]);
      }),
    takeBack: async () => {
      if (!last) {
        toast(said.nothingToTakeBack);
        return;
      }
      let isTaken = false;
      await alone(async () => {
        setLast(undefined);
        for (const id of last.ids) await reconsiderPhoto(id);
        isTaken = true;
      });
      if (!isTaken) return;
      // The photo is decided about anew as soon as it is seen: nothing else is waited for, and keys are taken again.
      const { queryKey } = photosQuery(site, 'waiting');
      const isQueue = (key: unknown) => JSON.stringify(key) === JSON.stringify(queryKey);
      void client.invalidateQueries({
        queryKey: ['photos'],
        predicate: (query) => !isQueue(query.queryKey),
      });
      await client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: ['waiting'] });
      toast(said.takenBack(last.ids.length));
      const [first] = last.ids;
      if (first !== undefined) open(first);
    },
  };
}

/** What is said where somebody else was quicker; undefined where something else is in the way. */
function quickerWords(error: unknown, name: string, said: PhotoWords): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const { decision } = error.problem;
  if (decision) return said.quicker(name, decision.by ?? said.somebody, decision.state);
  return error.status === 404 ? error.message : undefined;
}

/** Whole seconds until a moment, which is then told. */
function useSecondsLeft(until: number | undefined, onEnd: () => void): number {
  const [now, setNow] = useState(Date.now);
  const ended = useRef(onEnd);
  useEffect(() => {
    ended.current = onEnd;
  });
  useEffect(() => {
    if (until === undefined) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) ended.current();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return until === undefined ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}
