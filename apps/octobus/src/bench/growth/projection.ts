import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@octobus/kernel';
import { connectPostgres } from '@octobus/postgres';
import { type ReadModelDatabase, foldedEvents } from '@octobus/read-models';
import { findRun } from '@octobus/stack';
import { type CpuByPart, cpuBetween, processesOf } from '../process-tree.ts';
import { databaseUrl } from '../stack-access.ts';

/** How fast the read models went from one sequence to another; none when they had nothing to do. */
export interface Projection {
  readonly events: number;
  readonly seconds: number;
  /** CPU time for one of them by part of the stack, in microseconds; null where it isn't known. */
  readonly cpuUsPerEvent: CpuByPart | null;
}

const LOOK_MS = 100;
const STUCK_AFTER_MS = 120_000;

/** Watches the read models until they have folded so many events; the database may still be starting. Fault `took-too-long` when they stand still. */
export async function watchProjection(folder: string, sequence: number, signal: AbortSignal): Promise<Projection> {
  const db = connectPostgres<ReadModelDatabase>(databaseUrl(folder, {}), { max: 1, applicationName: 'octobus-bench' });
  const processes = processesOf(() => findRun(folder));
  let before: { readonly at: number; readonly sequence: number; readonly cpu: CpuByPart | undefined } | undefined;
  let moved = { at: performance.now(), sequence: -1 };
  try {
    for (;;) {
      signal.throwIfAborted();
      const now = await foldedEvents(db).catch(() => -1);
      const at = performance.now();
      if (now >= 0 && now === (before?.sequence ?? now)) before = { at, sequence: now, cpu: processes.cpu() };
      if (now >= sequence && before !== undefined) {
        const events = now - before.sequence;
        return { events, seconds: (at - before.at) / 1000, cpuUsPerEvent: perEvent(cpuBetween(before.cpu, processes.cpu()), events) };
      }
      if (now > moved.sequence || now < 0) moved = { at, sequence: now };
      if (at - moved.at > STUCK_AFTER_MS) throw stuck(sequence);
      await delay(LOOK_MS);
    }
  } finally {
    await db.destroy();
  }
}

function perEvent(cpu: CpuByPart | undefined, events: number): CpuByPart | null {
  if (cpu === undefined || events === 0) return null;
  return Object.fromEntries(Object.entries(cpu).map(([part, ms]) => [part, Math.round((ms * 1000) / events)]));
}

const stuck = (sequence: number): Fault =>
  new Fault('took-too-long', { retryable: true, message: `the read models stand still before event ${sequence}` });
