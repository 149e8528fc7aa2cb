import { PLATFORM, scope, taskPrefix } from '@octobus/contracts';
import { type Bus, logParts, readLogStreamCount, wholeLog } from '@octobus/jetstream';
import type { Client } from '../../client/client.ts';
import { type Latency, latencyOf } from '../latency.ts';

const READS = 200;

/** Milliseconds of single reads, one after another. */
export interface Reads {
  /** A task's events as the orchestrator loads them, from the log. */
  readonly load: Latency;
  /** `GET /v1/tasks/{id}`. */
  readonly get: Latency;
  /** `GET /v1/tasks?limit=50`, from Postgres. */
  readonly list: Latency;
}

/** Reads tasks by turns, the oldest and the newest of them. */
export async function measureReads(bus: Bus, client: Client, tenant: string, tasks: readonly string[]): Promise<Reads> {
  if (tenant === PLATFORM || tasks.length === 0) throw new RangeError('tasks of a tenant are read');
  const log = wholeLog(logParts(bus, await readLogStreamCount(bus.connection)));
  const each = async (read: (id: string) => Promise<unknown>): Promise<Latency> => {
    const times: number[] = [];
    for (let i = 0; i < READS; i++) {
      const began = performance.now();
      await read(tasks[Math.floor((i * tasks.length) / READS)] ?? '');
      times.push(performance.now() - began);
    }
    return latencyOf(times.slice(READS / 10));
  };
  const load = await each((id) => {
    const prefix = taskPrefix(tenant, id);
    return log.load([scope.requests(prefix), scope.flow(prefix), ...scope.outcomes(prefix), ...scope.calls(prefix)]);
  });
  return { load, get: await each((id) => client.task(id)), list: await each(() => client.tasks('?limit=50')) };
}
