// In which language the API is asked to answer: `--lang` says it for one command, MUSTER_LANG for all.
import { type Command, Option } from 'commander';
import { findLanguage, LANGUAGES, type Language } from '../domain/language.ts';
import { Refusal } from '../domain/refusal.ts';

/** Commands that ask nobody. */
const SILENT = ['up', 'help'];

/** Puts `--lang` on every command that asks the API. */
export function addLanguage(program: Command): void {
  for (const command of program.commands) addTo(command);
  program.hook('preAction', (_program, command) => {
    const { lang } = command.opts<{ lang?: Language }>();
    if (lang) process.env['MUSTER_LANG'] = lang;
  });
}

function addTo(command: Command): void {
  if (SILENT.includes(command.name())) return;
  for (const child of command.commands) addTo(child);
  if (command.commands.length > 0) return;
  command.addOption(
    new Option('--lang <language>', 'of reasons and refusals; else $MUSTER_LANG, else en').choices(LANGUAGES),
  );
}

/** The language that the environment names, or undefined. Refuses one that is not spoken. */
export function languageIn(env: Readonly<Record<string, string | undefined>>): Language | undefined {
  const given = env['MUSTER_LANG'];
  if (!given) return undefined;
  const language = findLanguage(given);
  if (!language)
    throw new Refusal('invalid', `MUSTER_LANG is “${given}”. Use one of: ${LANGUAGES.join(', ')}.`);
  return language;
}
