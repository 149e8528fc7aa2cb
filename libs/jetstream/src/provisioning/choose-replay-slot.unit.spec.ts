import { describe, expect, it } from '@jest/globals';
import type { OpenReplay } from '@octobus/contracts';
import { isFault } from '@octobus/kernel';
import { chooseReplaySlot } from './choose-replay-slot.ts';

const replay = (slot: number, actor: string, idleSince?: string): OpenReplay => ({
  slot,
  durable: `t-acme-replay-${slot}`,
  filter: 'evt.*.acme.>',
  actor,
  openedAt: '2026-11-20T09:00:00.000Z',
  usedAt: idleSince ?? '2026-11-20T09:30:00.000Z',
  inUse: idleSince === undefined,
});

const refusal = (open: readonly OpenReplay[], actor: string, slot?: number): string => {
  try {
    return `slot ${chooseReplaySlot(open, { actor, slot })}`;
  } catch (error) {
    if (!isFault(error, 'replays-in-use')) throw error;
    return error.message;
  }
};

describe('the replays of a tenant', () => {
  it('are given one after another, and one that nobody reads when all are open, the longest left alone first', () => {
    expect(chooseReplaySlot([], { actor: 'key:a' })).toBe(1);
    expect(chooseReplaySlot([replay(1, 'key:a')], { actor: 'key:a' })).toBe(2);
    expect(chooseReplaySlot([replay(3, 'key:b'), replay(1, 'key:a')], { actor: 'key:a' })).toBe(2);
    const idle = [replay(1, 'key:b', '2026-11-20T09:20:00.000Z'), replay(2, 'key:b', '2026-11-20T09:10:00.000Z'), replay(3, 'key:b')];
    expect(chooseReplaySlot(idle, { actor: 'key:a' })).toBe(2);
  });

  it('are never all one caller’s: a further one is refused it, named or not, and still there for others', () => {
    const open = [replay(1, 'key:a'), replay(2, 'key:a')];
    expect(refusal(open, 'key:a')).toContain('key:a has 2 replays already: 1 by key:a, opened 2026-11-20T09:00:00.000Z; 2 by key:a');
    expect(refusal(open, 'key:a', 3)).toContain('key:a has 2');
    expect(refusal(open, 'key:a', 2)).toBe('slot 2');
    expect(refusal(open, 'key:b')).toBe('slot 3');
  });

  it('that a caller has left alone count no more', () => {
    const open = [replay(1, 'key:a', '2026-11-20T09:20:00.000Z'), replay(2, 'key:a', '2026-11-20T09:10:00.000Z')];
    expect(refusal(open, 'key:a')).toBe('slot 3');
  });

  it('say who holds them when all are read; a named one is taken', () => {
    const open = [replay(1, 'key:a'), replay(2, 'nats:acme'), replay(3, '')];
    expect(refusal(open, 'key:b')).toMatch(/^all 3 replays .*1 by key:a.*2 by nats:acme.*3 by somebody.*Close one by its number/);
    expect(refusal(open, 'key:b', 2)).toBe('slot 2');
  });
});
