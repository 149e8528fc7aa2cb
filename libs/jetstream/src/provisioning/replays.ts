import { AckPolicy, type ConsumerConfig, type ConsumerInfo, DeliverPolicy, type JetStreamManager, ReplayPolicy } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { OpenReplay, OpenReplayAnswer } from '@octobus/contracts';
import { formatInstant, instantOf } from '@octobus/kernel';
import { REPLAY_SLOTS, replayDurableName } from './durables.ts';
import { found, managing } from './provision.ts';

/** Of whom, and every stream of the log. */
export interface ReplayPlace {
  readonly tenant: string;
  readonly streams: readonly string[];
}

export interface WantedReplay extends ReplayPlace {
  /** Taken even if somebody reads it. */
  readonly slot: number;
  /** Who asks, as in the audit. */
  readonly actor: string;
  /** Within the tenant's own subjects. */
  readonly filter: string;
  /** Streams that can hold what is wanted, and the sequence behind which each is to be read. */
  readonly from: readonly { readonly stream: string; readonly after: number }[];
}

const SECOND = 1e9;
/** A replay that nobody reads for so long is removed by the server. */
const FORGOTTEN_AFTER = 24 * 3600 * SECOND;
/** Nor is a replay given to somebody else so soon after it was opened or read. */
const KEPT_MS = 60_000;
/** Metadata of the consumer. */
const OPENED_BY = 'octo-actor';

/**
 * Prepares one of a tenant's replay durables, over a connection of the platform's own account: the tenant's client reads it from there to the live end.
 * A durable can't be moved, so it is made again. One at a time for a tenant. Faults: those of provisioning.
 */
export const openReplay = (connection: NatsConnection, wanted: WantedReplay): Promise<OpenReplayAnswer> =>
  managing(connection, async (manager) => {
    const name = replayDurableName(wanted.tenant, wanted.slot);
    await remove(manager, wanted.streams, name);
    for (const { stream, after } of wanted.from) await manager.consumers.add(stream, configOf(name, wanted, after));
    return {
      slot: wanted.slot,
      filter: wanted.filter,
      durables: wanted.from.map(({ stream, after }) => ({ stream, durable: name, after })),
    };
  });

/** Removing what is not there is done. Faults: those of provisioning. */
export const closeReplay = (
  connection: NatsConnection,
  { tenant, streams, slot }: ReplayPlace & { readonly slot: number },
): Promise<void> => managing(connection, (manager) => remove(manager, streams, replayDurableName(tenant, slot)));

/** Replays of a tenant, as the server tells of them now. Faults: those of provisioning. */
export const openReplays = (connection: NatsConnection, { tenant, streams }: ReplayPlace): Promise<readonly OpenReplay[]> =>
  managing(connection, async (manager) => {
    const replays = await Promise.all(REPLAY_SLOTS.map((slot) => openReplayAt(manager, streams, replayDurableName(tenant, slot), slot)));
    return replays.filter((replay) => replay !== undefined);
  });

async function remove(manager: JetStreamManager, streams: readonly string[], name: string): Promise<void> {
  for (const stream of streams) if (await found(manager.consumers.info(stream, name))) await manager.consumers.delete(stream, name);
}

async function openReplayAt(
  manager: JetStreamManager,
  streams: readonly string[],
  durable: string,
  slot: number,
): Promise<OpenReplay | undefined> {
  const asked = await Promise.all(streams.map((stream) => found(manager.consumers.info(stream, durable))));
  const infos = asked.filter((info) => info !== undefined);
  const [first] = infos;
  if (first === undefined) return undefined;
  const now = Date.now();
  const usedAt = Math.max(...infos.map((info) => lastUse(info, now)));
  return {
    slot,
    durable,
    filter: first.config.filter_subject ?? '',
    actor: first.config.metadata?.[OPENED_BY] ?? '',
    openedAt: formatInstant(instantOf(Date.parse(first.created))),
    usedAt: formatInstant(instantOf(usedAt)),
    inUse: now - usedAt <= KEPT_MS,
  };
}

const configOf = (name: string, { filter, actor }: WantedReplay, after: number): Partial<ConsumerConfig> => ({
  durable_name: name,
  filter_subject: filter,
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: after + 1,
  ack_policy: AckPolicy.Explicit,
  ack_wait: 30 * SECOND,
  max_ack_pending: 1000,
  max_deliver: -1,
  replay_policy: ReplayPolicy.Instant,
  inactive_threshold: FORGOTTEN_AFTER,
  metadata: { [OPENED_BY]: actor },
});

/** Milliseconds since 1970; now, while somebody waits at it. */
function lastUse({ created, delivered, ack_floor: floor, num_waiting: waiting }: ConsumerInfo, now: number): number {
  if (waiting > 0) return now;
  const times = [created, lastActive(delivered), lastActive(floor)].map((time) => Date.parse(time ?? ''));
  return Math.max(...times.filter((time) => !Number.isNaN(time)));
}

const lastActive = (place: { readonly last_active?: unknown }): string | undefined =>
  typeof place.last_active === 'string' ? place.last_active : undefined;
