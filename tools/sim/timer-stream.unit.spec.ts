import { describe, expect, it } from '@jest/globals';
import { type Envelope, timerSubjects } from '@octobus/contracts';
import type { Timer } from '@octobus/event-log';
import { instantOf } from '@octobus/kernel';
import { Chance } from './chance.ts';
import { type FaultKind, FaultsAtWork } from './faults.ts';
import { Scheduler } from './scheduler.ts';
import { TimerStream } from './timer-stream.ts';

const IN_MS = 1_000;
const FOR_EVER = Number.POSITIVE_INFINITY;

function world(...kinds: readonly FaultKind[]) {
  const scheduler = new Scheduler(false);
  const faults = new FaultsAtWork(new Chance('faults'));
  for (const kind of kinds) faults.begin({ kind, at: 0, forMs: FOR_EVER, odds: 1, most: 1 }, FOR_EVER);
  const server = { up: true };
  /** When each came, in milliseconds after it was due. */
  const late: number[] = [];
  const stream = new TimerStream({
    scheduler,
    faults,
    chance: new Chance('timers'),
    isUp: () => server.up,
    onDue: () => undefined,
    toLog: ({ at }) => late.push(scheduler.clock() - at),
  });
  const until = (ms: number): Promise<boolean> => {
    scheduler.after(ms - scheduler.now, 'the time', () => undefined);
    return scheduler.run(() => scheduler.now >= ms, ms, FOR_EVER);
  };
  return { stream, server, late, until, timer: timerAt(scheduler.clock() + IN_MS) };
}

const envelope: Envelope = { id: '', type: 'task.timer-fired.v1', source: 'test', time: '', correlation: '', causation: '', actor: 'test' };
const timerAt = (at: number): Timer => ({
  address: { tenant: 'acme', aggregate: 'task', id: '01a3185c-5600-7ffd-bc88-e03f50a7a1cc' },
  name: 'delay',
  n: 1,
  at: instantOf(at),
  envelope,
  body: { type: 'task.timer-fired.v1', data: { name: 'delay', n: 1 } },
});

describe('the simulated stream of timers', () => {
  it('fires once, not early, and within 300 ms', async () => {
    const { stream, late, until, timer } = world();
    stream.set(timer);
    await until(10_000);
    expect(late).toHaveLength(1);
    expect(late[0]).toBeGreaterThanOrEqual(0);
    expect(late[0]).toBeLessThan(300);
    expect(stream.left).toBe(0);
  });

  it('lets a timer take the place of one of its name, and forgets what is cancelled', async () => {
    const { stream, late, until, timer } = world();
    stream.set(timer);
    stream.set({ ...timer, at: instantOf(timer.at + 5_000) });
    await until(3_000);
    expect(late).toEqual([]);
    stream.cancel(timerSubjects(timer).event);
    await until(10_000);
    expect([late, stream.left]).toEqual([[], 0]);
  });

  it('fires after a downtime what was due in it', async () => {
    const { stream, server, late, until, timer } = world();
    stream.set(timer);
    server.up = false;
    await until(5_000);
    expect([late, stream.left]).toEqual([[], 1]);
    server.up = true;
    stream.restart();
    await until(10_000);
    expect(late).toHaveLength(1);
    expect(late[0]).toBeGreaterThanOrEqual(4_000);
  });

  it('fires seconds late under timer-late, and two times under timer-twice', async () => {
    const [slow, double] = [world('timer-late'), world('timer-twice')];
    for (const { stream, until, timer } of [slow, double]) {
      stream.set(timer);
      await until(10_000);
    }
    expect(slow.late).toHaveLength(1);
    expect(slow.late[0]).toBeGreaterThan(500);
    expect(double.late).toHaveLength(2);
  });
});
