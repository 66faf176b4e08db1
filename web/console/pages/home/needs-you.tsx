// What needs the admin: each with one verb that leads to where it is done.
import { Button } from '@mantine/core';
import {
  type Icon,
  IconAlertTriangle,
  IconChevronRight,
  IconClockExclamation,
  IconPhotoSearch,
  IconPlayerPause,
  IconUserCheck,
  IconUserQuestion,
} from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useState } from 'react';
import type { Waiting as WaitingForYou } from '../../../../api/wire-live.ts';
import { Panel } from '../../kit/panel.tsx';
import { Loaded, Waiting } from '../../kit/states.tsx';
import { type Formats, useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './home.module.css';
import { useHomeTimes } from './home-times.ts';
import { type HomeWords, homeWords } from './home-words.ts';

/** More are folded away. */
const SHOWN = 4;

type Need = {
  id: string;
  icon: Icon;
  tone: 'plum' | 'warn' | 'bad';
  title: string;
  text: string;
  verb: string;
  way: Pick<LinkProps, 'to' | 'params'>;
};

/** How many things there are: photos are one. */
export const countNeeds = (waiting: WaitingForYou): number =>
  waiting.approvals.length +
  waiting.confirmations.length +
  (waiting.photos.count > 0 ? 1 : 0) +
  waiting.rowsNeedingYou.length +
  waiting.sources.length;

export function NeedsYou({ query }: { query: UseQueryResult<WaitingForYou> }) {
  const said = useWords(homeWords);
  const formats = useFormats();
  const times = useHomeTimes();
  const [isFolded, setFolded] = useState(true);
  return (
    <Panel title={said.needsYou} isFlush>
      <Loaded query={query} waiting={<Waiting lines={4} height={56} />}>
        {(waiting) => {
          const needs = needsOf(waiting, said, formats, times);
          if (needs.length === 0)
            return (
              <p className={styles['quiet']}>
                <strong>{said.nothing}</strong> {said.nothingMore}
              </p>
            );
          const shown = isFolded ? mixed(needs).slice(0, SHOWN) : needs;
          return (
            <>
              <ul className={styles['list']}>
                {needs
                  .filter((need) => shown.includes(need))
                  .map((need) => (
                    <NeedLine key={need.id} {...need} />
                  ))}
              </ul>
              {needs.length > SHOWN && (
                <div className={styles['fold']}>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-expanded={!isFolded}
                    onClick={() => setFolded(!isFolded)}
                  >
                    {isFolded ? said.allNeeds(formats.number(needs.length)) : said.fewerNeeds}
                  </Button>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

/** The first of each kind before the second of any: no kind hides behind another. */
function mixed(needs: readonly Need[]): Need[] {
  const kindOf = ({ id }: Need) => id.split('-')[0];
  const rank = (need: Need) => needs.filter((other) => kindOf(other) === kindOf(need)).indexOf(need);
  return [...needs].sort((one, other) => rank(one) - rank(other));
}

const NeedLine = ({ icon: Sign, tone, title, text, verb, way }: Need) => (
  <li className={styles['need']}>
    <Link {...way} className={styles['needLink']}>
      <span className={styles['sign']} data-tone={tone}>
        <Sign size={20} stroke={1.75} aria-hidden />
      </span>
      <span>
        <span className={styles['needTitle']}>{title}</span>{' '}
        <span className={styles['needText']}>{text}</span>
      </span>{' '}
      <span className={styles['verb']}>{verb}</span>
      <IconChevronRight size={18} stroke={1.75} aria-hidden className={styles['chevron']} />
    </Link>
  </li>
);

type Times = ReturnType<typeof useHomeTimes>;

function needsOf(waiting: WaitingForYou, said: HomeWords, formats: Formats, times: Times): Need[] {
  const { number, relative, dateTime } = formats;
  const needs: Need[] = waiting.approvals.map((run) => ({
    id: `approval-${run.id}`,
    icon: IconUserCheck,
    tone: 'plum',
    title: said.approve(run.action, run.people, number(run.people)),
    text: [said.askedBy(run.by, relative(run.since)), run.until && said.expires(relative(run.until))]
      .filter(Boolean)
      .join(' '),
    verb: said.review,
    way: { to: '/approvals/$id', params: { id: run.id } },
  }));
  for (const run of waiting.confirmations)
    needs.push({
      id: `confirm-${run.id}`,
      icon: IconUserQuestion,
      tone: 'warn',
      title: said.confirm(run.action, run.people, number(run.people)),
      text: [run.fileName, run.until && said.expires(relative(run.until))].filter(Boolean).join(' · '),
      verb: said.review,
      way: { to: '/runs/$id', params: { id: run.id } },
    });
  if (waiting.photos.count > 0)
    needs.push({
      id: 'photos',
      icon: IconPhotoSearch,
      tone: 'warn',
      title: said.photos(waiting.photos.count, number(waiting.photos.count)),
      text: waiting.photos.oldestAt === null ? '' : said.oldest(times.since(waiting.photos.oldestAt)),
      verb: said.start,
      way: { to: '/photos' },
    });
  for (const run of waiting.rowsNeedingYou) {
    const count = run.rejected + run.failed;
    needs.push({
      id: `rows-${run.id}`,
      icon: IconAlertTriangle,
      tone: 'warn',
      title: said.rows(count, number(count), run.fileName ?? run.id),
      text: said.why(run.rejected, run.failed, number),
      verb: said.fix,
      way: { to: '/runs/$id', params: { id: run.id } },
    });
  }
  for (const source of waiting.sources)
    needs.push({
      id: `source-${source.id}`,
      icon: source.why === 'paused' ? IconPlayerPause : IconClockExclamation,
      tone: source.why === 'paused' ? 'warn' : 'bad',
      title: titleOf(source, said, times),
      text: said.expected(
        source.scheduleInWords.charAt(0).toLowerCase() + source.scheduleInWords.slice(1),
        source.lastGoodAt === null ? null : dateTime(source.lastGoodAt),
      ),
      verb: said.check,
      way: { to: '/sources/$id', params: { id: String(source.id) } },
    });
  return needs;
}

function titleOf(
  { why, name, since }: WaitingForYou['sources'][number],
  said: HomeWords,
  { lateBy }: Times,
): string {
  if (why === 'paused') return said.pausedSource(name);
  if (why === 'failing') return said.failing(name);
  return since === null ? said.justLate(name) : said.late(name, lateBy(since));
}
