import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { longestGap } from './gaps.ts';
import { heldBinary } from './held-binary.ts';
import { failoverText } from './isolated-failover.ts';
import type { FailoverReport } from './lose-leader.ts';

describe('the longest time without an answer', () => {
  it('counts from the kill, in whatever order the answers are told', () => {
    expect(longestGap([100, 900, 400], 300)).toBe(500);
    expect(longestGap([1_000, 1_100], 300)).toBe(700);
  });

  it('is for ever when none came after the kill', () => {
    expect(longestGap([100, 200], 300)).toBe(Infinity);
    expect(longestGap([], 0)).toBe(Infinity);
  });
});

describe('a server that is kept away', () => {
  it('starts with its arguments as soon as it may', () => {
    const folder = mkdtempSync(join(tmpdir(), "octobus-it's-held-"));
    try {
      const binary = heldBinary(folder, '/bin/echo');
      binary.hold(true);
      expect(() => execFileSync(binary.path, ['a b'], { timeout: 300 })).toThrow('ETIMEDOUT');
      binary.hold(false);
      binary.hold(false);
      expect(execFileSync(binary.path, ['a b', 'c']).toString()).toBe('a b c\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the report of a lost leader', () => {
  const report: FailoverReport = {
    killed: 'nats-server-2',
    durability: 'replicated',
    clients: 8,
    steps: 5,
    acknowledged: 286,
    completed: 286,
    wrong: [],
    lostEvents: 0,
    doubledSubjects: 0,
    events: 3442,
    refusals: { 'log-unavailable': 3 },
    longestWithoutAckMs: 4633,
    longestWithoutCompletionMs: Infinity,
    backlogDoneMs: 9641,
    caughtUpMs: null,
  };

  it('says what was lost and how long nothing went on', () => {
    const text = failoverText(report);
    expect(text).toContain('286 submissions acknowledged, 286 completed, 0 lost or doubled');
    expect(text).toContain('without an ack 4.6 s, without a completion for ever');
    expect(text).toContain('3 x log-unavailable');
    expect(text).toContain('not within the time');
  });
});
