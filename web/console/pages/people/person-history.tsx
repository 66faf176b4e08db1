// What became of a person, the newest first: each entry with what was before, and the run and row that did it.
import { Button, SegmentedControl } from '@mantine/core';
import { IconArrowNarrowRight } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { HistoryEntry } from '../../../../api/wire-person-history.ts';
import type { Outcome } from '../../../../domain/bulk-action.ts';
import { HISTORY_FILTERS, type HistoryFilter } from '../../../../domain/person-history.ts';
import { historyQuery } from '../../client/person.ts';
import { useSites } from '../../context/site.ts';
import { fieldWords, shownValue } from '../../kit/field-words.ts';
import { Panel } from '../../kit/panel.tsx';
import { RunName } from '../../kit/run-name.tsx';
import { Failure, Message, Waiting } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import { HISTORY_SIGNS, historyWords } from './history-words.ts';
import styles from './person-history.module.css';

type Props = { personId: number; filter: HistoryFilter; onFilter: (filter: HistoryFilter) => void };

export function PersonHistory({ personId, filter, onFilter }: Props) {
  const words = useWords(historyWords);
  const history = useInfiniteQuery(historyQuery(personId, filter));
  const entries = history.data?.pages.flatMap(({ items }) => items);
  return (
    <Panel
      title={words.title}
      isFlush
      aside={
        <SegmentedControl
          size="xs"
          aria-label={words.filter}
          value={filter}
          onChange={(chosen) => onFilter(chosen as HistoryFilter)}
          data={HISTORY_FILTERS.map((value) => ({ value, label: words.filters[value] }))}
        />
      }
    >
      {entries === undefined ? (
        history.isError ? (
          <Failure error={history.error} onRetry={() => void history.refetch()} />
        ) : (
          <Waiting lines={6} height={52} />
        )
      ) : entries.length === 0 ? (
        <Message title={words.nothing} />
      ) : (
        <ol className={styles['entries']}>
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {history.hasNextPage && (
        <div className={styles['older']}>
          <Button
            variant="default"
            loading={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {words.older}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { dateTime } = useFormats();
  const { icon: Sign, tone } = HISTORY_SIGNS[entry.what];
  return (
    <li className={styles['entry']}>
      <span className={styles['sign']} data-tone={tone}>
        <Sign size={16} stroke={1.75} aria-hidden />
      </span>
      <div className={styles['what']}>
        <p className={styles['sentence']}>
          <Sentence entry={entry} />
        </p>
        <Changes entry={entry} />
      </div>
      <time className={styles['at']} dateTime={entry.at}>
        {dateTime(entry.at)}
      </time>
    </li>
  );
}

function MailSentence({ mail }: { mail: NonNullable<HistoryEntry['mail']> }) {
  const words = useWords(historyWords);
  const { shortDate } = useFormats();
  const { to, state, openedAt } = mail;
  const byAddress = { sent: words.sentTo, bounced: words.bouncedAt, unsure: words.unsureTo };
  const became =
    to !== null && state in byAddress
      ? byAddress[state as keyof typeof byAddress](to)
      : words.mailState[state];
  return `${words.mail[mail.what]} ${became}${openedAt === null ? '' : `, ${words.opened(shortDate(openedAt))}`}`;
}

function Sentence({ entry }: { entry: HistoryEntry }) {
  const { what, by, changes, cardNumber, mail, siteId, run, reasons } = entry;
  const words = useWords(historyWords);
  const site = useSites().find(({ id }) => id === siteId);
  const where = site && ` ${words.onSite(site.name)}`;
  if (mail !== null || what === 'mail-sent' || what === 'mail-waiting' || what === 'mail-failed')
    return (
      <>
        {mail && <MailSentence mail={mail} />}
        <RunOf run={run} what={what} />
      </>
    );
  const sentence = by === null ? words.alone[what] : words.by[what];
  const said = sentence(changes.length, cardNumber ?? '');
  return (
    <>
      {by !== null && <strong>{by}</strong>} {said}
      {reasons !== null && reasons.length > 0 && `: ${reasons.map((one) => words.because[one]).join(', ')}`}
      {where}
      <RunOf run={run} what={what} />
    </>
  );
}

const OUTCOMES: Partial<Record<HistoryEntry['what'], Outcome>> = {
  created: 'created',
  archived: 'archived',
  restored: 'restored',
  anonymized: 'anonymized',
};

function RunOf({ run, what }: Pick<HistoryEntry, 'run' | 'what'>) {
  const words = useWords(historyWords);
  if (run === null) return null;
  const { id, kind, fileName, action, row } = run;
  return (
    <>
      {' '}
      {words.in}{' '}
      <Link to="/runs/$id" params={{ id }} className={styles['link']}>
        <RunName run={{ kind, fileName, undoes: null, options: { action } }} />
      </Link>
      {row !== null && (
        <>
          ,{' '}
          <Link
            to="/runs/$id/rows"
            params={{ id }}
            search={{ outcome: OUTCOMES[what] ?? 'updated' }}
            hash={`row-${row}`}
            className={styles['row']}
          >
            {words.row(String(row))}
          </Link>
        </>
      )}
    </>
  );
}

/** Of somebody new all values at once would be the noise, and the values of now the music: they open when asked for. */
function Changes({ entry: { what, changes } }: { entry: HistoryEntry }) {
  const words = useWords(historyWords);
  const fields = useWords(fieldWords);
  const { date } = useFormats();
  const [isOpen, setOpen] = useState(false);
  // A card or a status that is all there is to say has been said.
  const isSaid = (field: string) =>
    field === 'status' ||
    field === 'card_id' ||
    (field.startsWith('card_') && (what === 'card-added' || what === 'card-issued'));
  const shown = changes.filter(({ field }) => !isSaid(field));
  if (shown.length === 0) return null;
  if (what === 'created' && !isOpen)
    return (
      <button type="button" className={styles['open']} aria-expanded={false} onClick={() => setOpen(true)}>
        {words.values(shown.length)}
      </button>
    );
  const said = (field: string, value: HistoryEntry['changes'][number]['before']) =>
    value === null ? words.empty : shownValue(field, value, { words: fields, date });
  return (
    <>
      <dl className={styles['changes']}>
        {shown.map(({ field, label, before, after }) => (
          <div key={field} className={styles['change']}>
            <dt>{label ?? fields.labels[field] ?? field}</dt>
            <dd>
              {what !== 'created' && (
                <>
                  {before === null ? (
                    <span className={styles['none']}>{words.empty}</span>
                  ) : (
                    <del>{said(field, before)}</del>
                  )}
                  <IconArrowNarrowRight size={16} stroke={1.75} role="img" aria-label={words.became} />
                </>
              )}
              {after === null ? (
                <span className={styles['none']}>{words.empty}</span>
              ) : (
                <ins>{said(field, after)}</ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {what === 'created' && (
        <button type="button" className={styles['open']} aria-expanded onClick={() => setOpen(false)}>
          {words.hide}
        </button>
      )}
    </>
  );
}
