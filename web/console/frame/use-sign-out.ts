// The way out: the session ends, the page leads to sign-in, and nothing of what was seen is kept.
import { useNavigate } from '@tanstack/react-router';
import { forgetSession, signOut } from '../client/session.ts';

export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate();
  return async () => {
    await signOut();
    await navigate({ to: '/sign-in', search: {} });
    forgetSession();
  };
}
