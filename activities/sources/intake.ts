// The steps by which a source takes what is delivered to it, made from what they work with.
import { whileHeartbeating } from '../heartbeats.ts';
import type { SourceIntakeDeps } from './intake-deps.ts';
import { type Look, look } from './look.ts';
import { settle } from './settle.ts';
import { type Taken, take } from './take.ts';

export const sourceIntakeActivities = (deps: SourceIntakeDeps) => ({
  /**
   * Looks into the place of a source and notes what is there. Gives the delivery that a sync before has begun with; else
   * the oldest one that is whole and at rest; else in how many milliseconds to look again. Safe to repeat.
   */
  async lookAtSource({ id }: { id: number }): Promise<Look> {
    return whileHeartbeating(() => look(deps, id));
  },

  /**
   * Reads the files of a delivery into the store, each once. One that is not to be run is put away and has ended. Safe to
   * repeat: what was read stays read.
   */
  async takeDelivery({ deliveryId }: { deliveryId: number }): Promise<{ what: Taken }> {
    return whileHeartbeating(async () => ({ what: await take(deps, deliveryId) }));
  },

  /**
   * Puts the files of a delivery away whose runs have ended, with their results beside them, and ends it. Safe to repeat:
   * it goes on where it was broken off.
   */
  async settleDelivery({ deliveryId }: { deliveryId: number }): Promise<void> {
    await whileHeartbeating(() => settle(deps, deliveryId));
  },
});
