// Photos to be reviewed, one at a time: the queue, the photo with its frame, and what is said of it.
import { Button, SegmentedControl } from '@mantine/core';
import { IconFileZip, IconPhotoCheck } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { Photo } from '../../../../api/wire-photo-review.ts';
import { photoCountQuery, photosQuery, REVIEW_STATES, type ReviewState } from '../../client/photos.ts';
import { useKeys } from '../../context/keys.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import { Page } from '../../frame/page.tsx';
import { Failure, Forbidden, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { DecidedPhoto } from './decided-photo.tsx';
import { LastDecision } from './photo-panel.tsx';
import { PhotoQueue } from './photo-queue.tsx';
import { photoWords } from './photo-words.ts';
import styles from './photos.module.css';
import { ReviewMany } from './review-many.tsx';
import { ReviewPhoto } from './review-photo.tsx';
import { type Review, useReview } from './use-review.ts';

const AHEAD = 10;

export default function PhotosPage() {
  const said = useWords(photoWords);
  const formats = useFormats();
  const site = useSite();
  const { may } = useRights();
  const { data: counts } = useQuery({ ...photoCountQuery(site?.id), enabled: may('photos:review') });
  return (
    <Page
      title={said.title}
      areActionsAbove
      aside={counts && counts.waiting > 0 ? said.toReview(formats.number(counts.waiting)) : undefined}
      actions={
        may('photos:write') &&
        may('bulk-actions:run') && (
          <Button
            variant="default"
            leftSection={<IconFileZip size={18} stroke={1.75} aria-hidden />}
            renderRoot={(props) => <Link to="/photos/zip" {...props} />}
          >
            {said.uploadZip}
          </Button>
        )
      }
      width="full"
    >
      {site === undefined ? (
        <Waiting />
      ) : may('photos:review') ? (
        <Reviewing key={site.id} site={site.id} />
      ) : (
        <Forbidden>{said.mayNotReview}</Forbidden>
      )}
    </Page>
  );
}

const isState = (text: string | undefined): text is ReviewState =>
  REVIEW_STATES.some((state) => state === text);

function Reviewing({ site }: { site: number }) {
  const said = useWords(photoWords);
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const state = isState(search.state) ? search.state : 'waiting';
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const query = useInfiniteQuery(photosQuery(site, state));
  const photos = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const at = usePlace(photos, search.photo);
  const current = photos[at];
  const open = (id: string | undefined) =>
    void navigate({ to: '/photos', search: { state: search.state, photo: id }, replace: true });
  const review = useReview(site, (id) => {
    void navigate({ to: '/photos', search: { photo: id }, replace: true });
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && at > photos.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, at, photos.length]);

  const step = (by: 1 | -1) => {
    const next = photos[at + by];
    if (next) open(next.id);
  };
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  const chosen = state === 'waiting' ? photos.filter(({ id }) => selected.has(id)) : [];
  const body = () => {
    if (query.isError && photos.length === 0)
      return <Failure error={query.error} onRetry={() => void query.refetch()} />;
    if (query.data === undefined) return <Waiting lines={6} height={68} />;
    if (!current) return <NothingHere state={state} review={review} />;
    if (chosen.length > 0)
      return (
        <ReviewMany
          photos={chosen}
          shownCount={photos.length}
          review={review}
          onAll={() => setSelected(new Set(photos.map(({ id }) => id)))}
          onClear={() => setSelected(new Set())}
        />
      );
    if (state !== 'waiting')
      return <DecidedPhoto key={current.id} photo={current} review={review} step={step} />;
    return (
      <ReviewPhoto
        key={current.id}
        photo={current}
        next={photos[at + 1]}
        review={review}
        step={step}
        onSelect={() => select(current.id, true)}
      />
    );
  };
  return (
    <div className={styles['review']}>
      <div className={styles['side']}>
        <SegmentedControl
          className={styles['states'] ?? ''}
          fullWidth
          aria-label={said.stateLabel}
          value={state}
          onChange={(value) => {
            setSelected(new Set());
            void navigate({
              to: '/photos',
              search: value === 'waiting' ? {} : { state: value },
              replace: true,
            });
          }}
          data={REVIEW_STATES.map((value) => ({ value, label: said.states[value] }))}
        />
        {photos.length > 0 && (
          <PhotoQueue
            photos={photos}
            currentId={chosen.length > 0 ? undefined : current?.id}
            onOpen={(id) => {
              setSelected(new Set());
              open(id);
            }}
            selected={selected}
            onSelect={state === 'waiting' ? select : undefined}
            onMore={hasNextPage ? () => void fetchNextPage() : undefined}
            isMoreBusy={isFetchingNextPage}
          />
        )}
      </div>
      {body()}
    </div>
  );
}

/** Where the photo of the address is; where it has gone from the list, the one that took its place. */
function usePlace(photos: readonly Photo[], wanted: string | undefined): number {
  const last = useRef(0);
  const found = photos.findIndex(({ id }) => id === wanted);
  const at = found >= 0 ? found : Math.max(0, Math.min(last.current, photos.length - 1));
  useEffect(() => {
    last.current = wanted === undefined ? 0 : at;
  });
  return wanted === undefined ? 0 : at;
}

/** The last photo has gone from the queue, and can be taken back as all others. */
function NothingHere({ state, review }: { state: ReviewState; review: Review }) {
  const said = useWords(photoWords);
  useKeys({ z: () => void review.takeBack() });
  return (
    <div className={styles['nothing']}>
      {state === 'waiting' ? (
        <Message
          icon={IconPhotoCheck}
          title={said.empty}
          action={review.last && <LastDecision review={review} />}
        >
          {said.emptyText}
        </Message>
      ) : (
        <Message icon={IconPhotoCheck} title={said.emptyOf[state]} />
      )}
    </div>
  );
}
