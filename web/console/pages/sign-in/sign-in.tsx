// Signing in: one column, and afterwards on to where one wanted to go.
import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ownPathOf } from '../../../../domain/own-path.ts';
import { sessionQuery } from '../../client/session.ts';
import { Logo } from '../../frame/logo.tsx';
import { SignInForm } from '../../frame/sign-in-form.tsx';
import { signInWords } from '../../frame/sign-in-words.ts';
import { useWords } from '../../words/language.tsx';
import styles from './sign-in.module.css';

export default function SignInPage() {
  const said = useWords(signInWords);
  const { history } = useRouter();
  const { next, problem } = useSearch({ from: '/sign-in' });
  const { data: me } = useQuery(sessionQuery);
  const target = ownPathOf(next);
  useEffect(() => {
    document.title = `${said.title} · Muster`;
  }, [said]);
  useEffect(() => {
    if (me) history.replace(target.startsWith('/sign-in') ? '/' : target);
  }, [me, target, history]);
  return (
    <main id="main" className={styles['page']}>
      <div className={styles['column']}>
        <header className={styles['head']}>
          <Logo size={36} />
          <p className={styles['name']}>Muster</p>
        </header>
        <h1 className={styles['title']}>{said.title}</h1>
        <SignInForm next={target} problem={problem} onSignedIn={() => {}} />
      </div>
    </main>
  );
}
