// What holds for a site: the list of settings, and the one that is open.
import { Link, useParams } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useEffect, useRef } from 'react';
import type { Permission } from '../../../../domain/rights.ts';
import { useRights } from '../../context/rights.ts';
import { useSite } from '../../context/site.ts';
import NotFoundPage from '../../frame/not-found.tsx';
import { Page } from '../../frame/page.tsx';
import { Forbidden, Waiting } from '../../kit/states.tsx';
import { useWords } from '../../words/language.tsx';
import styles from './settings.module.css';
import { type SectionName, settingsWords } from './settings-words.ts';

/** `siteId`: whose settings they are. `id`: what is open of the section, `new` for something new. */
export type SectionProps = { siteId: number; id: string | undefined };

type Section = { name: SectionName; needs: Permission; Content: ComponentType<SectionProps> };

const SECTIONS: readonly Section[] = [
  { name: 'sites', needs: 'sites:read', Content: lazy(() => import('./sites-section.tsx')) },
  { name: 'units', needs: 'sites:read', Content: lazy(() => import('./units-section.tsx')) },
  { name: 'fields', needs: 'people:read', Content: lazy(() => import('./fields-section.tsx')) },
  { name: 'roles', needs: 'sites:read', Content: lazy(() => import('./roles-section.tsx')) },
  { name: 'presets', needs: 'sites:read', Content: lazy(() => import('./presets-section.tsx')) },
  { name: 'mails', needs: 'sites:read', Content: lazy(() => import('./mails-section.tsx')) },
  { name: 'approvals', needs: 'sites:read', Content: lazy(() => import('./approvals-section.tsx')) },
  { name: 'keys', needs: 'keys:write', Content: lazy(() => import('./keys-section.tsx')) },
  { name: 'webhooks', needs: 'webhooks:write', Content: lazy(() => import('./webhooks-section.tsx')) },
];

export default function SettingsPage() {
  const said = useWords(settingsWords);
  const { may } = useRights();
  const site = useSite();
  const { section: named, id } = useParams({ strict: false });
  const shown = SECTIONS.filter(({ needs }) => may(needs));
  const section = named === undefined ? shown[0] : SECTIONS.find(({ name }) => name === named);
  const nav = useRef<HTMLElement>(null);
  const name = section?.name;
  // On a phone they stand in one line, in which the open one may be out of sight.
  useEffect(() => {
    if (name === undefined) return;
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [name]);
  if (named !== undefined && !section) return <NotFoundPage />;
  const Content = section?.Content;
  return (
    <Page
      title={section ? `${said.settings}: ${said.sections[section.name].title}` : said.settings}
      aside={site?.name}
      width="full"
    >
      <div className={styles['settings']}>
        <nav ref={nav} aria-label={said.settings} className={styles['nav']}>
          <ul>
            {shown.map(({ name }) => (
              <li key={name}>
                <Link
                  to="/settings/$section"
                  params={{ section: name }}
                  className={styles['section']}
                  data-status={name === section?.name ? 'active' : undefined}
                  aria-current={name === section?.name ? 'page' : undefined}
                >
                  {said.sections[name].title}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles['content']}>
          {section && !may(section.needs) ? (
            <Forbidden />
          ) : Content && site ? (
            <Suspense fallback={<Waiting />}>
              <Content key={site.id} siteId={site.id} id={id} />
            </Suspense>
          ) : (
            <Waiting />
          )}
        </div>
      </div>
    </Page>
  );
}
