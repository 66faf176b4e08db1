// Where a field is used: what would lose something if it went.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fieldUsageQuery } from '../../client/organisation.ts';
import { Panel } from '../../kit/panel.tsx';
import { Loaded } from '../../kit/states.tsx';
import { useFormats } from '../../words/formats.ts';
import { useWords } from '../../words/language.tsx';
import styles from './field-usage.module.css';
import { fieldsWords } from './fields-words.ts';

export function FieldUsagePanel({ id }: { id: number }) {
  const said = useWords(fieldsWords);
  const { number } = useFormats();
  const query = useQuery(fieldUsageQuery(id));
  return (
    <Panel title={said.used} className={styles['usage'] ?? ''}>
      <Loaded query={query}>
        {({ people, withoutValue, sites, presets, sources }) => (
          <ul className={styles['list']}>
            <li>{said.people(number(people), people === 1)}</li>
            <li>{said.without(number(withoutValue), withoutValue === 1)}</li>
            <li>{said.sites(number(sites), sites === 1)}</li>
            <li>
              {said.presets}: {presets.length === 0 ? said.none : presets.join(', ')}
            </li>
            <li>
              {said.sources}:{' '}
              {sources.length === 0
                ? said.none
                : sources.map((source, at) => (
                    <span key={source.id}>
                      {at > 0 && ', '}
                      <Link to="/sources/$id" params={{ id: String(source.id) }}>
                        {source.name}
                      </Link>
                    </span>
                  ))}
            </li>
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
