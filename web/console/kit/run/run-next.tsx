// What is next after a run: invitations and photos, pictures for its people, and the cards that it has brought.
import { Button } from '@mantine/core';
import { type Icon, IconFileZip, IconId, IconMail } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { BulkAction } from '../../../../api/wire.ts';
import type { FollowUpDetail } from '../../../../api/wire-follow-ups.ts';
import { followUpQuery, issueCards, keepRun } from '../../client/bulk-actions.ts';
import { newKey } from '../../client/client.ts';
import { useRights } from '../../context/rights.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { EditButton } from '../edit-button.tsx';
import { Panel } from '../panel.tsx';
import { Loaded } from '../states.tsx';
import { TimeChart } from '../time-chart.tsx';
import { toastProblem } from '../toast.ts';
import { CloseFollowUp, FollowUpAction } from './follow-up-actions.tsx';
import styles from './run.module.css';
import { changedBy } from './run-counts.ts';
import { resultWords } from './run-results-words.ts';

export function NextPanel({ run }: { run: BulkAction }) {
  const said = useWords(resultWords);
  const { shortDate } = useFormats();
  const { may } = useRights();
  const { followUp } = run;
  const query = useQuery({ ...followUpQuery(run.id), enabled: followUp !== null });
  const takesImages = run.kind === 'people' && changedBy(run) > 0 && may('photos:write', run.site);
  const closes = followUp?.state !== 'ended' ? followUp?.deadlineAt : null;
  return (
    <Panel isFlush title={said.next} aside={closes && said.closesOn(shortDate(closes))}>
      {followUp && <Loaded query={query}>{(detail) => <FollowUp run={run} detail={detail} />}</Loaded>}
      {takesImages && (
        <Next
          icon={IconFileZip}
          title={said.images}
          text={said.imagesText}
          action={
            <Button component={Link} to="/photos/zip" variant="default">
              {said.uploadImages}
            </Button>
          }
        />
      )}
      {!followUp && !takesImages && <p className={styles['quietRow']}>{said.nothingNext}</p>}
    </Panel>
  );
}

type NextProps = { icon: Icon; title: string; text: string; action?: ReactNode; children?: ReactNode };

const Next = ({ icon: Sign, title, text, action, children }: NextProps) => (
  <section className={styles['next']}>
    <span className={styles['nextSign']} aria-hidden>
      <Sign size={20} stroke={1.75} />
    </span>
    <div className={styles['nextText']}>
      <div className={styles['nextHead']}>
        <div>
          <h3>{title}</h3>
          <p className={styles['stepFact']}>{text}</p>
        </div>
        {action}
      </div>
      {children}
    </div>
  </section>
);

function FollowUp({ run, detail }: { run: BulkAction; detail: FollowUpDetail }) {
  const said = useWords(resultWords);
  const { number, shortDate } = useFormats();
  const { counts } = detail;
  if (!counts) return <p className={styles['quietRow']}>{said.inviting}</p>;
  const parts = [
    {
      key: 'approved',
      count: counts.approved,
      fill: 'var(--fill-created)',
      word: said.approved(number(counts.approved)),
    },
    {
      key: 'review',
      count: counts.toReview,
      fill: 'var(--fill-archived)',
      word: said.toReview(number(counts.toReview)),
    },
    {
      key: 'missing',
      count: counts.photosMissing,
      fill: 'var(--fill-unchanged)',
      word:
        detail.nextReminderAt === null || counts.photosMissing === 0
          ? said.missing(number(counts.photosMissing))
          : said.missingReminder(number(counts.photosMissing), shortDate(detail.nextReminderAt)),
    },
  ];
  return (
    <>
      {counts.invited > 0 && (
        <Next
          icon={IconMail}
          title={said.invitations}
          text={said.invited(number(counts.invited), number(counts.received), number(counts.toReview))}
          action={<FollowUpAction run={run} detail={detail} />}
        >
          <div className={styles['parts']} aria-hidden>
            {parts
              .filter(({ key, count }) => key !== 'missing' && count > 0)
              .map(({ key, count, fill }) => (
                <span key={key} style={{ width: `${(count / counts.invited) * 100}%`, background: fill }} />
              ))}
          </div>
          <ul className={styles['legend']}>
            {parts.map(({ key, fill, word }) => (
              <li key={key}>
                <span aria-hidden className={styles['fill']} style={{ background: fill }} />
                {word}
              </li>
            ))}
          </ul>
          {detail.history.length > 1 && (
            <TimeChart
              label={said.photosReceived}
              points={detail.history.map(({ day, received }) => ({ at: day, value: received }))}
              summary={said.photosSummary(
                number(counts.received),
                shortDate(detail.history.at(-1)?.day ?? detail.startedAt),
              )}
              height={120}
            />
          )}
          {detail.endedAt === null ? (
            <CloseFollowUp run={run} />
          ) : (
            <p className={styles['stepFact']}>{said.followUpEnded(shortDate(detail.endedAt))}</p>
          )}
        </Next>
      )}
      {counts.cards > 0 && <Cards run={run} missing={counts.cardsMissing} issued={counts.cardsIssued} />}
    </>
  );
}

function Cards({ run, missing, issued }: { run: BulkAction; missing: number; issued: number }) {
  const said = useWords(resultWords);
  const { number, date } = useFormats();
  const { may } = useRights();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [key] = useState(newKey);
  const issue = useMutation({
    mutationFn: () => issueCards(run.site, run.id, key),
    onSuccess: (begun) => {
      keepRun(client, begun);
      void navigate({ to: '/runs/$id', params: { id: begun.id } });
    },
    onError: toastProblem,
  });
  const { cardValidFrom: from, cardValidUntil: until } = run.options;
  const days =
    from && until
      ? said.validBetween(date(from), date(until))
      : until
        ? said.validUntil(date(until))
        : from
          ? said.validFrom(date(from))
          : null;
  const text =
    missing === 0 ? said.cardsDone(number(issued)) : said.cardsText(number(missing), missing === 1);
  return (
    <Next
      icon={IconId}
      title={said.cards}
      text={[text, ...(days === null ? [] : [days])].join(', ')}
      action={
        missing > 0 &&
        may('cards:write', run.site) &&
        may('bulk-actions:run', run.site) && (
          <EditButton siteId={run.site} onClick={() => issue.mutate()} loading={issue.isPending}>
            {said.issue(number(missing), missing === 1)}
          </EditButton>
        )
      }
    />
  );
}
