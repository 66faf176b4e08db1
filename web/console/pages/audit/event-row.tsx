// One event of the audit trail: when, who, what, to what, and its facts.
import { Link } from '@tanstack/react-router';
import type { AuditEvent } from '../../../../api/wire-audit.ts';
import { useSites } from '../../context/site.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './audit.module.css';
import { auditWords } from './audit-words.ts';
import { EventFacts } from './event-facts.tsx';
import { eventWord } from './event-word.ts';

export function EventRow({ event }: { event: AuditEvent }) {
  const said = useWords(auditWords);
  const { shortDate, timeWithSeconds } = useFormats();
  const sites = useSites();
  const site = sites.find(({ id }) => id === event.siteId);
  return (
    <li className={styles['event']}>
      <time dateTime={event.at} className={styles['at']}>
        {shortDate(event.at)}, {timeWithSeconds(event.at)}
      </time>
      <div className={styles['what']}>
        <span>
          <strong>{event.byName ?? (event.byId === null ? said.muster : said.goneAdmin)}</strong> ·{' '}
          {eventWord(said, event.what)} <Subject event={event} />
        </span>
        <EventFacts details={event.details} />
      </div>
      <span className={styles['where']}>{site?.name}</span>
      <span className={styles['seq']}>{event.seq}</span>
    </li>
  );
}

/** What it was done to, as a link where there is a page for it. */
function Subject({ event: { subject, subjectId, runId } }: { event: AuditEvent }) {
  const said = useWords(auditWords);
  if (subject === 'person' && subjectId !== null)
    return (
      <Link to="/people/$id" params={{ id: subjectId }}>
        {said.subjects.person} {subjectId}
      </Link>
    );
  const run = runId ?? (subject === 'run' ? subjectId : null);
  if (run !== null)
    return (
      <Link to="/runs/$id" params={{ id: run }} className="mono">
        {run}
      </Link>
    );
  if (subject === 'source' && subjectId !== null)
    return (
      <Link to="/sources/$id" params={{ id: subjectId }}>
        {said.subjects.source} {subjectId}
      </Link>
    );
  return subject === null ? null : (
    <>
      {said.subjects[subject as keyof typeof said.subjects] ?? subject} {subjectId}
    </>
  );
}
