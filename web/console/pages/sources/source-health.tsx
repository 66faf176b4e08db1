// How a source stands: its state, its last and next look, and what is in the way with the way on.
import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import {
  IconAlertTriangle,
  IconClockExclamation,
  IconInfoCircle,
  IconPlayerPause,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Source } from '../../../../api/wire-sources.ts';
import { Panel } from '../../kit/panel.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source.module.css';
import { SourceBadges } from './source-state.tsx';
import { sourceWords } from './source-words.ts';

export function SourceHealth({ source }: { source: Source }) {
  const said = useWords(sourceWords);
  const { number, relative, dateTime } = useFormats();
  const { pause, problem, freshness, lastGoodAt, lastLookedAt, nextAt } = source;
  const ago = (at: string | null) => (at === null ? said.never : relative(at));
  return (
    <Panel title={said.health} aside={<SourceBadges source={source} />}>
      <dl className={styles['moments']}>
        <Moment label={said.lastGood}>{ago(lastGoodAt)}</Moment>
        <Moment label={said.lastLook}>{ago(lastLookedAt)}</Moment>
        <Moment label={said.nextLook}>
          {source.state === 'paused' ? said.states.paused : nextAt ? dateTime(nextAt) : said.unknown}
        </Moment>
        <Moment label={said.today}>{said.files(source.filesToday, number(source.filesToday))}</Moment>
      </dl>
      {pause && (
        <Notice icon={IconPlayerPause} tone="warn">
          <strong>
            {pause.by === null
              ? said.pausedItself(dateTime(pause.at))
              : said.pausedBy(pause.by, dateTime(pause.at))}
          </strong>{' '}
          {pause.words}
          {pause.note !== null && <q className={styles['note']}>{pause.note}</q>}
          {pause.run !== null && (
            <Button
              variant="default"
              className={styles['way'] ?? ''}
              renderRoot={(props) => <Link to="/runs/$id" params={{ id: pause.run ?? '' }} {...props} />}
            >
              {pause.reason === 'run-asks' ? said.toPlan : said.toRun}
            </Button>
          )}
        </Notice>
      )}
      {freshness.staleSince !== null && (
        <Notice icon={IconClockExclamation} tone="bad">
          {said.lateSince(dateTime(freshness.staleSince), number(freshness.freshHours ?? 0))}
        </Notice>
      )}
      {problem && (
        <Notice icon={IconAlertTriangle} tone="bad">
          {problem.message}
        </Notice>
      )}
      {source.isHeld && (
        <Notice icon={IconAlertTriangle} tone="bad">
          {said.isHeld}
        </Notice>
      )}
      {source.askedAt !== null && (
        <Notice icon={IconInfoCircle} tone="info">
          {said.isAsked}
        </Notice>
      )}
      {source.isRemasterAsked && (
        <Notice icon={IconInfoCircle} tone="info">
          {said.isRemaster}
        </Notice>
      )}
    </Panel>
  );
}

const Moment = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

type NoticeProps = { icon: Icon; tone: 'warn' | 'bad' | 'info'; children: ReactNode };

const Notice = ({ icon: Sign, tone, children }: NoticeProps) => (
  <div className={styles['notice']} data-tone={tone}>
    <Sign size={20} stroke={1.75} aria-hidden />
    <div>{children}</div>
  </div>
);
