import type { OpenReplay } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { REPLAY_SLOTS } from './durables.ts';
import { PROVISIONING_FAULTS } from './faults.ts';

/** Of a tenant's replays one caller reads at most so many at a time: one is always left for somebody else. */
export const MOST_REPLAYS_OF_A_CALLER = REPLAY_SLOTS.length - 1;

export interface ReplayWish {
  /** Who asks, as in the audit. */
  readonly actor: string;
  /** Absent: a free one. */
  readonly slot?: number | undefined;
}

/**
 * The slot that a caller gets: the one it names, else one that is not open, else the one that was left alone for longest. Fault `replays-in-use`, which
 * says who holds them: all are read, or the caller has its share, whatever it names.
 */
export function chooseReplaySlot(open: readonly OpenReplay[], { actor, slot }: ReplayWish): number {
  const used = open.filter((replay) => replay.inUse && replay.slot !== slot);
  const own = used.filter((replay) => replay.actor === actor);
  if (own.length >= MOST_REPLAYS_OF_A_CALLER) throw inUse(`${actor} has ${own.length} replays already`, own);
  if (slot !== undefined) return slot;
  const fresh = REPLAY_SLOTS.find((one) => open.every((replay) => replay.slot !== one));
  if (fresh !== undefined) return fresh;
  const [idle] = open.filter((replay) => !replay.inUse).toSorted((a, b) => (a.usedAt < b.usedAt ? -1 : 1));
  if (idle !== undefined) return idle.slot;
  throw inUse(`all ${REPLAY_SLOTS.length} replays of this tenant are in use`, used);
}

function inUse(what: string, held: readonly OpenReplay[]): Fault {
  const holders = held.map(({ slot, actor, openedAt }) => `${slot} by ${actor || 'somebody'}, opened ${openedAt}`).join('; ');
  return new Fault(PROVISIONING_FAULTS.replaysInUse, {
    retryable: true,
    message: `${what}: ${holders}. Close one by its number, or name one to take; one that nobody reads is free after a minute`,
  });
}
