// The settings of a source in words.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Source } from '../../../../api/wire-sources.ts';
import { Panel } from '../../kit/panel.tsx';
import { usePresetNames } from '../../kit/preset-names.ts';
import { runWords } from '../../kit/run-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './source.module.css';
import { PLACE_ICONS, placeLine } from './source-state.tsx';
import { type SourceWords, sourceWords } from './source-words.ts';

export function SourceFacts({ source }: { source: Source }) {
  const said = useWords(sourceWords);
  const { number } = useFormats();
  const nameOf = usePresetNames();
  const { place, readiness, rowCount, fewerRowsPercentMax, notify } = source;
  const Sign = PLACE_ICONS[place.kind];
  return (
    <Panel title={said.settings}>
      <dl className={styles['facts']}>
        <Fact label={said.schedule}>{source.scheduleInWords}</Fact>
        <Fact label={said.place}>
          <Sign size={16} stroke={1.75} aria-hidden /> {said.kinds[place.kind]}: {placeLine(place)}
        </Fact>
        {place.kind === 'sftp' && place.hostKeys.length > 0 && (
          <Fact label={said.hostKeys}>
            {place.hostKeys.map((key) => (
              <span key={key} className={`mono ${styles['hostKey']}`}>
                {key}
              </span>
            ))}
          </Fact>
        )}
        <Fact label={said.secret}>{secretWords(source, said)}</Fact>
        {source.parts.map((part, index) => (
          <Fact
            // biome-ignore lint/suspicious/noArrayIndexKey: they are run in this order
            key={index}
            label={source.parts.length === 1 ? said.filesTaken : said.part(index + 1)}
          >
            <span className="mono">{part.patterns.join(', ')}</span>{' '}
            {said.takenAs(nameOf({ name: part.preset ?? 'people' }))}
            <OptionWords options={part.options} />
          </Fact>
        ))}
        <Fact label={said.ready}>
          {readiness.kind === 'rest'
            ? said.rest(number(readiness.restSeconds))
            : said.marker(readiness.suffix)}
        </Fact>
        {source.parts.flatMap(({ patterns }) => patterns).length > 1 && (
          <Fact label={said.setWait}>{said.waitsFor(number(source.setWaitMinutes))}</Fact>
        )}
        {rowCount && (
          <Fact label={said.rowCount}>
            {rowCount.kind === 'trailer' ? said.trailer(rowCount.word) : said.countFile(rowCount.suffix)}
          </Fact>
        )}
        {fewerRowsPercentMax !== null && (
          <Fact label={said.fewerRows}>{said.fewer(number(fewerRowsPercentMax))}</Fact>
        )}
        <Fact label={said.tells}>
          {notify.length === 0
            ? said.nobody
            : `${notify.join(', ')}, ${source.tells === 'everything' ? said.tellsEverything : said.tellsProblems}`}
        </Fact>
        <Fact label={said.alarm}>
          {source.freshHours === null ? said.noAlarm : said.alarmAfter(number(source.freshHours))}
        </Fact>
        <Fact label={said.owner}>
          {source.owner ? (
            <Link to="/people/$id" params={{ id: String(source.owner.id) }} className={styles['owner']}>
              {source.owner.name ?? said.ownerGone}
            </Link>
          ) : (
            said.ownerGone
          )}{' '}
          <span className={styles['meta']}>{said.ownerNote}</span>
        </Fact>
      </dl>
    </Panel>
  );
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
);

function secretWords({ hasSecret, secretNames }: Source, said: SourceWords): string {
  if (!hasSecret) return said.noSecret;
  return secretNames.length === 0 ? said.secretLocked : said.secretKept(secretNames.join(', '));
}

/** The options that one asks after; others are set as the form has them. */
function OptionWords({ options }: { options: Source['parts'][number]['options'] }) {
  const said = useWords(sourceWords);
  const run = useWords(runWords);
  const { number } = useFormats();
  const { action, absent, invite, maxChangePercent, rowsMin } = (options ?? {}) as {
    action?: keyof (typeof run)['action'];
    absent?: string;
    invite?: string;
    maxChangePercent?: number;
    rowsMin?: number;
  };
  const lines = [
    action && `${said.options.action}: ${run.action[action] ?? action}`,
    absent && `${said.options.absent} ${said.optionValues[absent] ?? absent}`,
    invite && `${said.options.invite}: ${invite}`,
    maxChangePercent !== undefined && `${said.options.maxChangePercent}: ${number(maxChangePercent)} %`,
    rowsMin !== undefined && `${said.options.rowsMin}: ${number(rowsMin)}`,
  ].filter(Boolean);
  return lines.map((line) => (
    <span key={String(line)} className={styles['option']}>
      {line}
    </span>
  ));
}
