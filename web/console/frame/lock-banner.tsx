// Who holds the site's lock, above every page of the site: how far they are, and that editing is open again when it is.
import { IconLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Lock } from '../../../api/wire-live.ts';
import { useLock } from '../client/locks.ts';
import { useRights } from '../context/rights.ts';
import { useSite } from '../context/site.ts';
import { lockWords, timeLeft } from '../kit/lock-words.ts';
import { toast } from '../kit/toast.ts';
import { useFormats } from '../words/formats.ts';
import { useLanguage, useWords } from '../words/language.tsx';
import styles from './lock-banner.module.css';

export function LockBanner() {
  const site = useSite();
  const lock = useLock();
  const said = useWords(lockWords);
  const { may } = useRights();
  const held = useRef<{ siteId: number | undefined; isHeld: boolean }>({ siteId: undefined, isHeld: false });
  useEffect(() => {
    const before = held.current;
    held.current = { siteId: site?.id, isHeld: lock !== null };
    // Another site that nobody holds is no news.
    if (before.isHeld && lock === null && before.siteId === site?.id) toast(said.open);
  }, [lock, site?.id, said]);
  return lock && <Banner lock={lock} site={site?.name ?? ''} mayRead={may('bulk-actions:read')} />;
}

function Banner({ lock, site, mayRead }: { lock: Lock; site: string; mayRead: boolean }) {
  const said = useWords(lockWords);
  const language = useLanguage();
  const { percent } = useFormats();
  const share = shareOf(lock);
  const left = lock.secondsLeft === null ? undefined : said.about(timeLeft(lock.secondsLeft, language));
  const begun = (lock.isPaused ? said.paused : said.running)(lock.by, lock);
  return (
    <section className={styles['banner']} aria-label={said.lock}>
      <IconLock size={18} stroke={1.75} aria-hidden className={styles['sign']} />
      <p className={styles['text']}>
        <strong>
          {begun}
          {said.where(site, lock.siteCount - 1)}
        </strong>{' '}
        {said.readOnly}
      </p>
      {share !== undefined && (
        <div className={styles['far']}>
          <div
            className={styles['bar']}
            role="progressbar"
            aria-label={said.progress}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={share}
          >
            <div style={{ width: `${share}%` }} />
          </div>
          <span>
            {percent(share)}
            {left !== undefined && ` · ${left}`}
          </span>
        </div>
      )}
      {mayRead && (
        <Link to="/runs/$id" params={{ id: lock.bulkActionId }} className={styles['view']}>
          {said.view}
        </Link>
      )}
    </section>
  );
}

/** Of a hundred, whole; undefined until it is known how many rows there are. */
function shareOf({ rowsDone, rowsTotal }: Lock): number | undefined {
  if (rowsTotal === null || rowsTotal === 0) return undefined;
  return Math.min(100, Math.floor((rowsDone / rowsTotal) * 100));
}
