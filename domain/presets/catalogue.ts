// All presets by name.
import type { Preset } from '../preset.ts';
import { Refusal } from '../refusal.ts';
import { ACCESS_CARDS_PRESET } from './access-cards.ts';
import { AGENTS_PRESET } from './agents.ts';
import { ONEROSTER_PRESET } from './oneroster.ts';
import { PEOPLE_PRESET } from './people.ts';
import { USER_UPDATE_PRESET } from './user-update.ts';

export const PRESETS: readonly Preset[] = [
  PEOPLE_PRESET,
  USER_UPDATE_PRESET,
  ACCESS_CARDS_PRESET,
  AGENTS_PRESET,
  ONEROSTER_PRESET,
];

/** The preset of that name. Refuses with 'missing' a name that is none, listing what there is. */
export function getPreset(name: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (preset) return preset;
  const names = PRESETS.map((candidate) => candidate.name).join(', ');
  throw new Refusal('missing', `There is no preset of that name. Use one of: ${names}.`);
}
