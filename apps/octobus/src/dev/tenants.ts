import { join } from 'node:path';
import { LiveFeed, logParts, wholeLog } from '@octobus/jetstream';
import type { RecordedEvent } from '@octobus/event-log';
import type { StackEvent } from './events.ts';
import { writeJson } from './folder.ts';
import type { EmbeddedNats } from './nats.ts';

export interface TenantKeeper {
  /** Resolves when the tenant's NATS account and durables are live. */
  ready(tenant: string): Promise<void>;
  stop(): Promise<void>;
}

const CREATED = 'evt.*.*.identity.*.flow.tenant';

/** Gives every tenant of the log its NATS account, those of the past at start and new ones as they are created. */
export async function keepTenants(nats: EmbeddedNats, folder: string, onEvent: (event: StackEvent) => void): Promise<TenantKeeper> {
  const log = wholeLog(logParts(nats.admin, nats.logStreams));
  const live = new Map<string, PromiseWithResolvers<void>>();
  const entry = (tenant: string): PromiseWithResolvers<void> => {
    const known = live.get(tenant) ?? Promise.withResolvers<void>();
    live.set(tenant, known);
    return known;
  };
  let turn: Promise<unknown> = Promise.resolve();
  const add = (event: RecordedEvent): void => {
    if (event.body.type !== 'identity.tenant-created.v1') return;
    const { tenant } = event.address;
    turn = turn
      .then(() => settle(tenant))
      .catch((error: unknown) =>
        onEvent({ kind: 'warning', message: `the NATS account of tenant ${tenant} could not be made: ${String(error)}` }),
      );
  };
  const settle = async (tenant: string): Promise<void> => {
    await nats.addTenant(tenant);
    writeJson(join(folder, 'tenants', tenant), { tenant, natsUrl: nats.tenantUrl(tenant) });
    entry(tenant).resolve();
    onEvent({ kind: 'tenant-ready', tenant });
  };
  const readAll = async (): Promise<void> => {
    for (const event of await log.load([CREATED])) add(event);
  };
  // A reading that fails is made up for by the next gap or start; the event itself comes by the feed.
  const again = (): Promise<void> =>
    readAll().catch((error: unknown) => onEvent({ kind: 'warning', message: `the tenants could not be read again: ${String(error)}` }));
  const feed = new LiveFeed(nats.admin, { filter: CREATED, onEvent: add, onGap: () => void again() });
  await feed.established();
  await readAll();
  return {
    ready: (tenant) => entry(tenant).promise,
    stop: async () => {
      feed.close();
      await turn;
    },
  };
}
