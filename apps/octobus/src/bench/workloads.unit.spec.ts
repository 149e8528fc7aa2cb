import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { type Timeline, planProblems } from '@octobus/task';
import { type Conditions, conditionLines } from './conditions.ts';
import { type Holdings, footprintOf, mostAppends } from './footprint.ts';
import { cpuBetween, cpuByPart, parseProcessLine, partsOf } from './process-tree.ts';
import { type CrashRound, firstWordAfter, verdictOf } from './resumption.ts';
import { soManyRuns } from './so-many-runs.ts';
import { hearingOf } from './stream-story.ts';
import { MOST_SIDE_BY_SIDE, fanOutOf, storyOf } from './workload.ts';

describe('the plans', () => {
  const stepsOf = (submission: object) => {
    const checked = checkCommand('submit', submission);
    if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
    return checked.value.plan?.steps ?? [];
  };

  it.each([1, MOST_SIDE_BY_SIDE])('with %i steps side by side join in one that waits for all', (width) => {
    const steps = stepsOf(fanOutOf(width));
    expect(planProblems(steps)).toEqual([]);
    const waiting = steps.filter((step) => (step.after ?? []).length > 0);
    expect(waiting.map((step) => [step.id, step.after?.length])).toEqual([['join', width]]);
  });

  it('for listeners hold their first step until they are there, and then keep a pace', () => {
    const steps = stepsOf(storyOf({ steps: 3, holdMs: 500, paceMs: 20 }));
    expect(planProblems(steps)).toEqual([]);
    expect(steps.map((step) => step.arguments)).toEqual([{ sleepMs: 500 }, { sleepMs: 20 }, { sleepMs: 20 }]);
  });
});

describe('processes of the stack', () => {
  const stat = (pid: number, name: string, parent: number, user: number, system: number): string =>
    `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 1 2 3 4 ${user} ${system} 0 0 20 0 11 0 8000 0 0`;

  it('are read from the kernel, whatever they are called', () => {
    expect(parseProcessLine(stat(42, 'a) R 1 (b', 7, 30, 12))).toEqual({ pid: 42, parent: 7, cpuMs: 420 });
    expect(parseProcessLine('')).toBeUndefined();
  });

  it('belong to the nearest part that has a name, and strangers to none', () => {
    const lines = [
      { pid: 10, parent: 1, cpuMs: 1 },
      { pid: 11, parent: 10, cpuMs: 2 },
      { pid: 12, parent: 11, cpuMs: 4 },
      { pid: 13, parent: 10, cpuMs: 8 },
      { pid: 99, parent: 1, cpuMs: 16 },
    ];
    const parts = partsOf(
      lines,
      new Map([
        [10, 'services'],
        [11, 'postgres'],
      ]),
    );
    expect(cpuByPart(lines, parts)).toEqual({ services: 9, postgres: 6 });
  });

  it('are told apart by what they used between two readings; one that was started anew counts from its start', () => {
    expect(cpuBetween({ a: 100, b: 500 }, { a: 150, b: 20, c: 5 })).toEqual({ a: 50, b: 20, c: 5 });
    expect(cpuBetween(undefined, { a: 1 })).toBeUndefined();
  });
});

describe('so many runs', () => {
  const never = new AbortController().signal;

  it('are exactly as many, with no more under way than there are clients', async () => {
    let begun = 0;
    let inside = 0;
    let most = 0;
    const run = async (): Promise<string> => {
      begun++;
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      if (begun === 4) throw new Fault('ingress-full', { retryable: true, message: 'full' });
      return 'completed';
    };
    const done = await soManyRuns({ run, close: async () => undefined }, 10, 3, never);
    expect([begun, most]).toEqual([10, 3]);
    expect(done.completed + (done.errors['ingress-full'] ?? 0)).toBe(10);
  });

  it('end with the reason of the signal', async () => {
    const stop = AbortSignal.abort(new Fault('interrupted', { retryable: true, message: 'interrupted' }));
    const door = { run: async () => 'completed', close: async () => undefined };
    await expect(soManyRuns(door, 5, 1, stop)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('the footprint', () => {
  const holdings = (events: number, commands: number, bytes: number, tasks: number): Holdings => ({
    streams: {
      EVENTS: { messages: events, bytes, lastSequence: events },
      INGRESS: { messages: 0, bytes: 0, lastSequence: commands },
    },
    log: ['EVENTS'],
    rows: { tasks, task_steps: 5 * tasks, timeline: events, usage: 0, documents: 0, api_keys: 1, tenants: 1, audit: tasks },
    disk: { nats: bytes * 2, logs: 100 },
    pssBytes: 1,
  });

  it('is the growth a run: what the log and the door took, rows, bytes on disk', () => {
    const aRun = footprintOf(holdings(100, 10, 5_000, 8), holdings(220, 20, 17_000, 18), 10);
    expect(aRun).toEqual({
      appends: 13,
      events: 12,
      eventBytes: 1_200,
      rows: { audit: 1, tasks: 1, task_steps: 5, timeline: 12 },
      diskBytes: { nats: 2_400 },
    });
    expect(aRun.appends).toBeLessThanOrEqual(mostAppends(5));
  });

  it('may be thirteen appends for five steps', () => {
    expect([mostAppends(5), mostAppends(1)]).toEqual([13, 5]);
  });
});

describe('what listeners heard', () => {
  const appended = new Map([
    [3, 1_000],
    [5, 2_000],
    [9, 3_000],
  ]);
  const heard = (openedAt: number, sequences: readonly number[], end = 'completed') => ({
    openedAt,
    sequences,
    times: sequences.map((sequence) => (appended.get(sequence) ?? 0) + 4),
    end: end === '' ? undefined : end,
  });

  it('counts events that were appended while they listened', () => {
    const hearing = hearingOf(appended, [heard(500, [3, 5, 9]), heard(1_500, [3, 5, 9])]);
    expect([hearing.whole, hearing.live, hearing.events]).toEqual([2, 5, 3]);
    expect(hearing.latencies).toEqual([4, 4, 4, 4, 4]);
    expect(hearing.spreads).toEqual([0, 0, 0]);
  });

  it.each([
    ['misses one', heard(0, [3, 9])],
    ['hears one twice', heard(0, [3, 5, 5, 9])],
    ['hears them out of order', heard(0, [5, 3, 9])],
    ['hears one of nobody knows what', heard(0, [3, 5, 7, 9])],
    ['does not hear the end', heard(0, [3, 5, 9], '')],
  ])('is not whole when a listener %s', (_what, one) => {
    expect(hearingOf(appended, [heard(0, [3, 5, 9]), one]).whole).toBe(1);
  });
});

describe('the resumption of a service', () => {
  const entry = (type: string, at: number): Timeline =>
    ({ sequence: at, at: new Date(at).toISOString(), afterMs: 0, type, actor: '', note: '' }) as Timeline;
  const timeline = [
    entry('task.accepted.v1', 1_000),
    entry('task.plan-adopted.v1', 1_010),
    entry('task.step-done.v1', 2_000),
    entry('task.steps-scheduled.v1', 4_000),
  ];

  it('is its first event after the kill, not that of another one', () => {
    expect(firstWordAfter(timeline, 'orchestrator', 1_900)).toBe(2_100);
    expect(firstWordAfter(timeline, 'arm-noop', 1_900)).toBe(100);
    expect(firstWordAfter(timeline, 'reflex', 1_900)).toBeUndefined();
  });

  const round: CrashRound = { state: 'completed', resumedAfterMs: 5_200, restartedAfterMs: 900, outcomes: 1 };

  it('meets its target when every round does', () => {
    expect(verdictOf([round, round], 6_000)).toMatchObject({ met: true, resumedMs: { max: 5_200 } });
  });

  it.each([
    ['took too long', { resumedAfterMs: 6_001 }],
    ['was not hit', { resumedAfterMs: null }],
    ['lost its task', { state: 'failed' }],
    ['has two outcomes', { outcomes: 2 }],
  ])('misses it when one round %s', (_what, change) => {
    expect(verdictOf([round, { ...round, ...change }], 6_000).met).toBe(false);
    expect(verdictOf([], 6_000).met).toBe(false);
  });
});

describe('the conditions', () => {
  const conditions: Conditions = {
    stack: 'isolated',
    durability: 'flushed',
    node: '24.21.0',
    cpus: 2,
    loadBefore: 1,
    stealPercent: 12,
    stealHigh: true,
    stackCpuMs: { postgres: 200, services: 4_000, memory: 0 },
  };

  it('name what is promised, what the host took, and who used the CPU', () => {
    const text = conditionLines(conditions).join('\n');
    expect(text).toContain('flushed before ack, not fsynced   CPU steal: 12 %');
    expect(text).toContain('CPU of the stack: services 4.0 s, postgres 0.2 s\n');
    expect(text).toContain('repeat this round');
  });
});
