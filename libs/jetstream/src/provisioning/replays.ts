import { AckPolicy, type ConsumerConfig, type ConsumerInfo, DeliverPolicy, type JetStreamManager, ReplayPolicy } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { OpenReplayAnswer } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { REPLAY_SLOTS, replayDurableName } from './durables.ts';
import { PROVISIONING_FAULTS } from './faults.ts';
import { found, managing } from './provision.ts';

export interface WantedReplay {
  readonly tenant: string;
  /** Absent: a free one. A given one is taken even if somebody reads it. */
  readonly slot?: number | undefined;
  /** Within the tenant's own subjects. */
  readonly filter: string;
  /** Every stream of the log. */
  readonly streams: readonly string[];
  /** Those that can hold what is wanted, and the sequence behind which each is to be read. */
  readonly from: readonly { readonly stream: string; readonly after: number }[];
}

const SECOND = 1e9;
/** A replay that nobody reads for so long is removed by the server. */
const FORGOTTEN_AFTER = 24 * 3600 * SECOND;
/** Nor is a replay given to somebody else so soon after it was opened or read. */
const KEPT_MS = 60_000;

/**
 * Prepares one of a tenant's replay durables, over a connection of the platform's own account: the tenant's client reads it from there to the live end.
 * A durable can't be moved, so it is made again. One at a time for a tenant. Faults: `replays-in-use`; those of provisioning.
 */
export const openReplay = (connection: NatsConnection, wanted: WantedReplay): Promise<OpenReplayAnswer> =>
  managing(connection, async (manager) => {
    const slot = wanted.slot ?? (await freeSlot(manager, wanted));
    const name = replayDurableName(wanted.tenant, slot);
    for (const stream of wanted.streams)
      if (await found(manager.consumers.info(stream, name))) await manager.consumers.delete(stream, name);
    for (const { stream, after } of wanted.from) await manager.consumers.add(stream, configOf(name, wanted.filter, after));
    return { slot, filter: wanted.filter, durables: wanted.from.map(({ stream, after }) => ({ stream, durable: name, after })) };
  });

const configOf = (name: string, filter: string, after: number): Partial<ConsumerConfig> => ({
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
});

/** One that was never opened, else the one that was left alone for longest. */
async function freeSlot(manager: JetStreamManager, { tenant, streams }: WantedReplay): Promise<number> {
  let best: { readonly slot: number; readonly usedAt: number } | undefined;
  for (const slot of REPLAY_SLOTS) {
    const name = replayDurableName(tenant, slot);
    const infos = await Promise.all(streams.map((stream) => found(manager.consumers.info(stream, name))));
    const usedAt = Math.max(0, ...infos.map((info) => (info === undefined ? 0 : lastUse(info))));
    if (usedAt === 0) return slot;
    if (Date.now() - usedAt > KEPT_MS && usedAt < (best?.usedAt ?? Infinity)) best = { slot, usedAt };
  }
  if (best !== undefined) return best.slot;
  throw new Fault(PROVISIONING_FAULTS.replaysInUse, {
    retryable: true,
    message: `all ${REPLAY_SLOTS.length} replays of this tenant are being read, or were just opened: end one and wait a minute, or name the one to take`,
  });
}

/** Milliseconds since 1970; now, while somebody waits at it. */
function lastUse({ created, delivered, ack_floor: floor, num_waiting: waiting }: ConsumerInfo): number {
  if (waiting > 0) return Date.now();
  const times = [created, lastActive(delivered), lastActive(floor)].map((time) => Date.parse(time ?? ''));
  return Math.max(...times.filter((time) => !Number.isNaN(time)));
}

const lastActive = (place: { readonly last_active?: unknown }): string | undefined =>
  typeof place.last_active === 'string' ? place.last_active : undefined;
