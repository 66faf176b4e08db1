// How one signs in: by the identity provider, where there is one, or with email and password.
import { Button, Divider, PasswordInput, TextInput } from '@mantine/core';
import { IconAlertCircle, IconLogin2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Me } from '../../../api/wire-sign-in.ts';
import { ApiProblem, addressOf } from '../client/client.ts';
import { signIn, waysQuery } from '../client/session.ts';
import { Waiting } from '../kit/states.tsx';
import { useWords } from '../words/language.tsx';
import styles from './sign-in-form.module.css';
import { signInWords } from './sign-in-words.ts';

type Props = {
  /** Where to go afterwards: a path of the console. */
  next: string;
  /** What has come back from the provider. */
  problem?: string | undefined;
  onSignedIn: (me: Me) => void;
};

export function SignInForm({ next, problem, onSignedIn }: Props) {
  const said = useWords(signInWords);
  const ways = useQuery(waysQuery);
  const [refusal, setRefusal] = useState<string>();
  if (ways.isPending) return <Waiting lines={4} height={56} />;
  const oidc = ways.data?.oidc;
  const words: Readonly<Record<string, string>> = said.problems;
  const fault = refusal ?? (problem === undefined ? undefined : (words[problem] ?? said.failed));
  return (
    <div className={styles['ways']}>
      {fault !== undefined && (
        <p className={styles['fault']} role="alert">
          <IconAlertCircle size={18} stroke={1.75} aria-hidden />
          <span>{fault}</span>
        </p>
      )}
      {oidc && (
        <>
          <Button
            component="a"
            href={addressOf('/v1/session/oidc', { next })}
            size="md"
            fullWidth
            leftSection={<IconLogin2 size={18} stroke={1.75} aria-hidden />}
          >
            {said.with(oidc.name)}
          </Button>
          <Divider label={said.or} />
        </>
      )}
      <PasswordForm isSecond={Boolean(oidc)} onSignedIn={onSignedIn} onRefused={setRefusal} />
    </div>
  );
}

type PasswordProps = {
  isSecond: boolean;
  onSignedIn: (me: Me) => void;
  onRefused: (why: string | undefined) => void;
};

function PasswordForm({ isSecond, onSignedIn, onRefused }: PasswordProps) {
  const said = useWords(signInWords);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const [isUnderWay, setUnderWay] = useState(false);
  const isMissing = { email: email.trim() === '', password: password === '' };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const first = isMissing.email ? 'email' : isMissing.password ? 'password' : undefined;
    if (first) {
      document.getElementById(`sign-in-${first}`)?.focus();
      return;
    }
    setUnderWay(true);
    onRefused(undefined);
    try {
      onSignedIn(await signIn(email.trim(), password));
    } catch (error) {
      onRefused(refusalIn(error, said));
      setPassword('');
      setTried(false);
      document.getElementById('sign-in-password')?.focus();
    } finally {
      setUnderWay(false);
    }
  };
  return (
    <form className={styles['ways']} onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        id="sign-in-email"
        type="email"
        autoComplete="username"
        label={said.email}
        value={email}
        onChange={({ currentTarget }) => setEmail(currentTarget.value)}
        error={isTried && isMissing.email && said.enterEmail}
        data-autofocus={isSecond ? undefined : true}
      />
      <PasswordInput
        id="sign-in-password"
        autoComplete="current-password"
        label={said.password}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        error={isTried && isMissing.password && said.enterPassword}
      />
      <Button
        type="submit"
        size="md"
        fullWidth
        loading={isUnderWay}
        variant={isSecond ? 'default' : 'filled'}
      >
        {said.signIn}
      </Button>
    </form>
  );
}

function refusalIn(error: unknown, said: (typeof signInWords)['en']): string {
  if (!(error instanceof ApiProblem)) return said.failed;
  if (error.status === 401) return said.wrong;
  if (error.status === 429) return said.problems['too-many'];
  return error.status === 0 ? said.away : said.failed;
}
