// The facts of an audit event, each in words: what ran, what was set, how many rows became what.
import type { AuditEvent } from '../../../../api/wire-audit.ts';
import type { Outcome, RunAction } from '../../../../domain/bulk-action.ts';
import { OUTCOME_ORDER, runWords } from '../../kit/run-words.ts';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './audit.module.css';
import { auditWords } from './audit-words.ts';
import { eventWord } from './event-word.ts';
import { factWords } from './fact-words.ts';

export function EventFacts({ details }: { details: AuditEvent['details'] }) {
  const said = useWords(auditWords);
  const own = useWords(factWords);
  const run = useWords(runWords);
  const { number } = useFormats();
  const { request, ...facts } = details;

  const countsOf = (counts: Partial<Record<Outcome, number>>): string =>
    OUTCOME_ORDER.flatMap((outcome) =>
      counts[outcome] ? [`${number(counts[outcome])} ${run.outcome[outcome]}`] : [],
    ).join(' · ') || own.none;
  const inWords = (name: string, value: unknown): string => {
    if (value === null || value === undefined) return own.none;
    if (typeof value === 'boolean') return value ? own.yes : own.no;
    if (name === 'of') return eventWord(said, String(value));
    if (name === 'action') return run.action[value as RunAction] ?? String(value);
    if (name === 'counts') return countsOf(value as Partial<Record<Outcome, number>>);
    if (Array.isArray(value)) return value.length === 0 ? own.none : value.map(String).join(', ');
    if (typeof value === 'object')
      return Object.entries(value)
        .map(([key, one]) => `${own.names[key] ?? key}: ${inWords(key, one)}`)
        .join(', ');
    return String(value);
  };

  if (Object.keys(facts).length === 0) return null;
  return (
    <details>
      <summary>{said.facts}</summary>
      <dl className={styles['facts']}>
        {Object.entries(facts).map(([name, value]) => (
          <div key={name}>
            <dt>{own.names[name] ?? name}</dt>
            <dd>{inWords(name, value)}</dd>
          </div>
        ))}
        {typeof request === 'string' && (
          <div>
            <dt>{said.request}</dt>
            <dd className="mono">{request}</dd>
          </div>
        )}
      </dl>
    </details>
  );
}
