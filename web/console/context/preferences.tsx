// What the admin prefers: language, light or dark, single keys. As this browser has it until their profile says.
import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { Profile } from '../../../api/wire-sign-in.ts';
import { type Language, preferredLanguage } from '../../../domain/language.ts';
import { speak } from '../client/client.ts';
import { profileQuery, saveProfile } from '../client/profile.ts';
import { queryClient } from '../client/query-client.ts';
import { sessionQuery } from '../client/session.ts';
import { LanguageProvider } from '../words/language.tsx';

const REMEMBERED = 'muster-preferences';

type Kept = { language: Language; hasSingleKeys: boolean };
type Preferences = Kept & { colorScheme: MantineColorScheme };
type Chosen = Preferences & { prefer(changed: Partial<Preferences>): void };

const PreferencesContext = createContext<Chosen | undefined>(undefined);

function remembered(): Kept {
  const byBrowser = { language: preferredLanguage(navigator.languages.join(',')), hasSingleKeys: true };
  try {
    return {
      ...byBrowser,
      ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Kept>),
    };
  } catch {
    return byBrowser;
  }
}

const first = remembered();
speak(first.language);

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [kept, setKept] = useState(first);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language } = kept;
  const profile = useProfile();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const keep = (next: Kept) => {
    localStorage.setItem(REMEMBERED, JSON.stringify(next));
    setKept(next);
    if (next.language === language) return;
    // What the API has said so far, it has said in the other language.
    speak(next.language);
    void queryClient.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== profileQuery.queryKey[0],
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: adopted when it comes, not when it is chosen otherwise
  useEffect(() => {
    if (!profile) return;
    keep({ language: profile.language ?? language, hasSingleKeys: profile.hasSingleKeys });
    setColorScheme(profile.colorScheme ?? 'auto');
  }, [profile]);

  const prefer = (changed: Partial<Preferences>) => {
    const { colorScheme: scheme, ...others } = changed;
    keep({ ...kept, ...others });
    if (scheme) setColorScheme(scheme);
    if (!profile) return;
    const said = { ...others, ...(scheme && { colorScheme: scheme === 'auto' ? null : scheme }) };
    queryClient.setQueryData<Profile>(profileQuery.queryKey, { ...profile, ...said });
    // Where it can't be kept for other browsers, this one has it all the same.
    saveProfile(said).catch(() => {});
  };
  return (
    <PreferencesContext value={{ ...kept, colorScheme, prefer }}>
      <LanguageProvider language={language}>{children}</LanguageProvider>
    </PreferencesContext>
  );
}

/** The profile of whoever is signed in, once it is known. */
function useProfile(): Profile | undefined {
  const { data: me } = useQuery({ ...sessionQuery, enabled: false });
  return useQuery({ ...profileQuery, enabled: Boolean(me) }).data;
}

export function usePreferences(): Chosen {
  const preferences = useContext(PreferencesContext);
  if (!preferences) throw new Error('preferences are used outside of their provider');
  return preferences;
}
