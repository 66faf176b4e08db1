// The words of signing in, on its page and over one whose session has ended.
import type { SignInProblem } from '../../../api/wire-sign-in.ts';
import { dictionary } from '../words/language.tsx';

type ByProblem = Readonly<Record<SignInProblem, string>>;

const english: ByProblem = {
  'provider-away':
    'The sign-in service cannot be reached. Try again in a moment, or sign in with your password.',
  denied: 'Signing in was cancelled.',
  refused:
    'The sign-in service and Muster did not understand each other. Whoever runs Muster finds why in its log.',
  expired: 'That took too long, or the link was used before. Sign in again.',
  'too-many': 'Too many attempts. Wait a minute, then try again.',
  'email-unverified': 'The sign-in service has not verified your email. Verify it there, then sign in again.',
  'unknown-admin':
    'You are known to the sign-in service, but no admin of Muster has your email. Ask an admin to give you a role.',
  'several-admins': 'Several admins have your email. Ask one of them to change theirs.',
};

const german: ByProblem = {
  'provider-away':
    'Der Anmeldedienst ist nicht erreichbar. Versuchen Sie es gleich noch einmal, oder melden Sie sich mit dem Passwort an.',
  denied: 'Die Anmeldung wurde abgebrochen.',
  refused: 'Der Anmeldedienst und Muster haben sich nicht verstanden. Warum, steht im Log von Muster.',
  expired: 'Das hat zu lange gedauert, oder der Link war schon benutzt. Melden Sie sich noch einmal an.',
  'too-many': 'Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
  'email-unverified':
    'Der Anmeldedienst hat Ihre E-Mail-Adresse nicht bestätigt. Bestätigen Sie sie dort und melden Sie sich dann noch einmal an.',
  'unknown-admin':
    'Der Anmeldedienst kennt Sie, aber in Muster hat niemand mit Ihrer E-Mail-Adresse eine Rolle. Bitten Sie eine Person mit Rechten, Ihnen eine zu geben.',
  'several-admins':
    'Ihre E-Mail-Adresse gehört in Muster mehreren Personen mit Rechten. Bitten Sie eine davon, die ihre zu ändern.',
};

export const signInWords = dictionary({
  en: {
    title: 'Sign in',
    ended: 'Your session has ended',
    endedNote: 'Sign in again to go on where you are.',
    email: 'Email',
    password: 'Password',
    enterEmail: 'Enter your email.',
    enterPassword: 'Enter your password.',
    signIn: 'Sign in',
    with: (name: string) => `Sign in with ${name}`,
    or: 'or',
    wrong: 'Email and password do not fit together. Check both.',
    away: 'Muster cannot be reached. Check your connection, then try again.',
    failed: 'Signing in did not work. Try again in a moment.',
    problems: english,
  },
  de: {
    title: 'Anmelden',
    ended: 'Ihre Sitzung ist zu Ende',
    endedNote: 'Melden Sie sich noch einmal an, um hier weiterzumachen.',
    email: 'E-Mail',
    password: 'Passwort',
    enterEmail: 'Geben Sie Ihre E-Mail-Adresse ein.',
    enterPassword: 'Geben Sie Ihr Passwort ein.',
    signIn: 'Anmelden',
    with: (name) => `Mit ${name} anmelden`,
    or: 'oder',
    wrong: 'E-Mail und Passwort passen nicht zusammen. Prüfen Sie beides.',
    away: 'Muster ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es dann noch einmal.',
    failed: 'Die Anmeldung hat nicht geklappt. Versuchen Sie es gleich noch einmal.',
    problems: german,
  },
});
