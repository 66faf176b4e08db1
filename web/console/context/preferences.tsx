// What the admin prefers: the language and whether single keys are shortcuts. As this browser has it until the profile says.
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type Language, preferredLanguage } from '../../../domain/language.ts';
import { speak } from '../client/client.ts';
import { queryClient } from '../client/query-client.ts';
import { LanguageProvider } from '../words/language.tsx';

const REMEMBERED = 'muster-preferences';

type Preferences = { language: Language; hasSingleKeys: boolean };
type Chosen = Preferences & { prefer(changed: Partial<Preferences>): void };

const PreferencesContext = createContext<Chosen | undefined>(undefined);

function remembered(): Preferences {
  const byBrowser = { language: preferredLanguage(navigator.languages.join(',')), hasSingleKeys: true };
  try {
    return {
      ...byBrowser,
      ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? '{}') as Partial<Preferences>),
    };
  } catch {
    return byBrowser;
  }
}

const first = remembered();
speak(first.language);

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(first);
  const { language } = preferences;
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const prefer = (changed: Partial<Preferences>) => {
    const next = { ...preferences, ...changed };
    localStorage.setItem(REMEMBERED, JSON.stringify(next));
    setPreferences(next);
    if (next.language === language) return;
    // What the API has said so far, it has said in the other language.
    speak(next.language);
    void queryClient.invalidateQueries();
  };
  return (
    <PreferencesContext value={{ ...preferences, prefer }}>
      <LanguageProvider language={language}>{children}</LanguageProvider>
    </PreferencesContext>
  );
}

export function usePreferences(): Chosen {
  const preferences = useContext(PreferencesContext);
  if (!preferences) throw new Error('preferences are used outside of their provider');
  return preferences;
}
