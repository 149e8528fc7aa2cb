import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { VOLATILE_BUCKETS } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { fromNatsError } from '../from-nats-error.ts';
import { PROVISIONING_FAULTS } from './faults.ts';
import { SERVER_STORE } from './grants.ts';
import type { DurabilityLevel } from './server-config.ts';

/** How the servers really keep what they acknowledge, by their own word. */
export interface ActualDurability {
  /** Servers that answered. */
  readonly servers: number;
  /** Every one of them syncs each message before its acknowledgement. */
  readonly syncAlways: boolean;
  /** The longest time between two syncs of any of them, milliseconds. */
  readonly syncIntervalMs: number;
  /** Each stream that is to last with the number of servers that hold it, and whether it lies in files. */
  readonly streams: readonly { readonly name: string; readonly replicas: number; readonly onDisk: boolean }[];
}

interface StoreAnswer {
  readonly data?: { readonly config?: { readonly sync_interval?: number; readonly sync_always?: boolean } };
}

const PROMISE_NOTHING: readonly string[] = Object.values(VOLATILE_BUCKETS);
const WITHIN_MS = 2_000;
const NANOSECONDS = 1e6;

/**
 * Asks over a connection of the platform's own account (`$SYS.REQ.SERVER.PING.JSZ`, nats-server 2.15). `servers`: how many there should be; those that
 * don't answer in time are not counted. Faults `provisioning-unavailable`, `provisioning-refused`.
 */
export async function readActualDurability(connection: NatsConnection, servers = 1): Promise<ActualDurability> {
  try {
    const stores: StoreAnswer[] = [];
    const answers = await connection.requestMany(SERVER_STORE, '', { strategy: 'count', maxMessages: servers, maxWait: WITHIN_MS });
    for await (const answer of answers) stores.push(answer.json<StoreAnswer>());
    const configs = stores.flatMap(({ data }) => data?.config ?? []);
    const manager = await jetstreamManager(connection);
    const streams: ActualDurability['streams'][number][] = [];
    for await (const { config } of manager.streams.list())
      if (!PROMISE_NOTHING.includes(config.name))
        streams.push({ name: config.name, replicas: config.num_replicas, onDisk: config.storage === 'file' });
    if (configs.length === 0)
      throw new Fault(PROVISIONING_FAULTS.unavailable, { retryable: true, message: 'no server says how it keeps things' });
    return {
      servers: configs.length,
      syncAlways: configs.every(({ sync_always }) => sync_always === true),
      syncIntervalMs: Math.max(...configs.map(({ sync_interval = 0 }) => sync_interval / NANOSECONDS)),
      streams,
    };
  } catch (error) {
    throw fromNatsError(error, PROVISIONING_FAULTS);
  }
}

/** Whether settings keep what a level promises. */
export function keepsPromise(level: DurabilityLevel, { syncAlways, streams }: ActualDurability): boolean {
  if (streams.some(({ onDisk }) => !onDisk)) return false;
  if (level === 'fsync') return syncAlways;
  return level === 'flushed' || streams.every(({ replicas }) => replicas >= 3);
}
