// The place of a source as it is kept: opened with its secret, which leaves its box for that alone.
import { Refusal } from '../../domain/refusal.ts';
import type { SourcePlace, SourceSecret } from '../../domain/sources/source.ts';
import { openSourceSecret, type SecretBox } from '../secrets.ts';
import { type OpenPlace, openPlace, type PlaceBounds, PlaceProblem } from './place.ts';

type KeptSource = { siteId: number; place: SourcePlace; secret: string | null };

/** Opens the place of a source. Throws a PlaceProblem also where its secret can't be read here. To be closed. */
export async function openSourcePlace(
  source: KeptSource,
  box: SecretBox | null,
  bounds: PlaceBounds,
): Promise<OpenPlace> {
  return openPlace(source.place, secretOf(source, box), bounds);
}

function secretOf(source: KeptSource, box: SecretBox | null): SourceSecret | null {
  try {
    return openSourceSecret(box, source);
  } catch (error) {
    if (error instanceof Refusal) throw new PlaceProblem('refused-sign-in', { why: 'sealed' });
    throw error;
  }
}
