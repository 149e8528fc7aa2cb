import { type Envelope, type EventBody, aggregatePrefix, allShards, facet, scope, timerSubjects } from '@octobus/contracts';
import type { EventLog, RecordedEvent, Timers } from '@octobus/event-log';
import { type Instant, formatInstant, uuidv7 } from '@octobus/kernel';
import { FIRING, awaited, evolve as evolveSchedule, noSchedule } from '@octobus/schedule';
import { type Task, evolve, noTask, toTaskEvent } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import { type WantedTimer, firingOf, pendingTimers } from '../task/task-timers.ts';

/** What is overdue for longer was looked at by many a start before. */
const OVERDUE_MS = 7 * 24 * 3_600_000;

export interface ReassertParts {
  readonly log: EventLog;
  readonly timers: Timers;
  readonly clock: () => Instant;
  readonly signal: AbortSignal;
}

/**
 * Sets the timers that open tasks and active schedules wait for and that are not there: the timers' stream may have been lost or restored from an older
 * copy. Goes shard by shard, so that it asks one stream of the log at a time; answers how many it has set.
 */
export async function reassertTimers(parts: ReassertParts): Promise<number> {
  let set = 0;
  for (const shard of allShards()) {
    for (const wanted of [...(await schedulesIn(shard, parts)), ...(await tasksIn(shard, parts))]) {
      if (parts.signal.aborted) return set;
      if (await setIfMissing(wanted, parts)) set++;
    }
  }
  return set;
}

interface Wanted extends WantedTimer {
  readonly body: EventBody;
}

async function schedulesIn(shard: string, { log }: ReassertParts): Promise<readonly Wanted[]> {
  const decisions = await log.load([`evt.${shard}.*.schedule.*.flow.>`]);
  return decisions.flatMap(({ address, body }) => {
    const waits = awaited(evolveSchedule(noSchedule, body));
    if (waits === undefined) return [];
    const data = { name: FIRING, n: waits.n, dueAt: formatInstant(waits.at) };
    return {
      address: { ...address, aggregate: 'schedule' as const },
      name: FIRING,
      ...waits,
      body: { type: 'schedule.timer-fired.v1', data },
    };
  });
}

/** Only tasks that said that they wait; each that has not ended is then loaded whole. */
async function tasksIn(shard: string, { log, clock, signal }: ReassertParts): Promise<readonly Wanted[]> {
  const waits = await log.load(['deadline', 'delay.*', 'wait.*'].map((place) => `evt.${shard}.*.task.*.flow.${place}`));
  const since = clock() - OVERDUE_MS;
  const tasks = new Map(waits.filter((event) => dueOf(event) > since).map((event) => [aggregatePrefix(event.address), event]));
  const wanted: Wanted[] = [];
  for (const [prefix, { address, sequence }] of tasks) {
    if (signal.aborted) break;
    // Nearly all of them have ended: one small look spares their whole load.
    if ((await log.last(`${prefix}.${facet.end}`)) !== undefined) continue;
    const task = await loadTask(prefix, log, sequence);
    if (task.situation !== 'open') continue;
    const pending = pendingTimers(task, { ...address, aggregate: 'task' });
    wanted.push(...pending.map((timer) => ({ ...timer, body: firingOf(timer) })));
  }
  return wanted;
}

function dueOf({ body }: RecordedEvent): number {
  if (body.type === 'task.deadline-set.v1') return Date.parse(body.data.deadline ?? '');
  return body.type === 'task.step-delayed.v1' || body.type === 'task.wait-begun.v1' ? Date.parse(body.data.dueAt ?? '') : 0;
}

async function loadTask(prefix: string, log: EventLog, atLeast: number): Promise<Task> {
  const filters = [scope.requests(prefix), scope.flow(prefix), scope.timers(prefix), ...scope.outcomes(prefix)];
  const events = await log.load(filters, { atLeast });
  return events.reduce<Task>((task, event) => {
    const read = toTaskEvent(event);
    return read === undefined ? task : evolve(task, read);
  }, noTask);
}

async function setIfMissing(wanted: Wanted, { log, timers, clock }: ReassertParts): Promise<boolean> {
  if ((await timers.isSet(wanted)) || (await log.last(timerSubjects(wanted).event)) !== undefined) return false;
  const now = clock();
  const envelope: Envelope = {
    id: uuidv7(now, randomBytesPooled(16)),
    type: wanted.body.type,
    source: 'octobus/orchestrator',
    time: formatInstant(now),
    correlation: wanted.address.id,
    causation: '',
    actor: 'orchestrator',
  };
  await timers.set({ ...wanted, envelope });
  return true;
}
