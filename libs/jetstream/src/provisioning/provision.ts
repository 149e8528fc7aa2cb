import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type LogStreamCount, STREAMS, logStreams } from '@octobus/contracts';
import { Fault } from '@octobus/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { fromApiError, fromNatsError } from '../from-nats-error.ts';
import { retrying } from '../retrying.ts';
import { fromConsumerInfo, fromStreamConfig, toConsumerConfig, toLogState, toStreamConfig } from './actual.ts';
import { durableDifference, streamDifference } from './difference.ts';
import type { Difference } from './difference.ts';
import { RETIRED, durables, tenantDurables } from './durables.ts';
import type { DurableSettings } from './durables.ts';
import { PROVISIONING_FAULTS } from './faults.ts';
import { assertLogIsWhole, markerOf } from './log-marker.ts';
import type { LogMarker, LogState } from './log-marker.ts';
import { streamSettings } from './streams.ts';
import type { StreamSettings } from './streams.ts';

export interface ProvisionOptions {
  readonly arms: readonly string[];
  readonly tenants: readonly string[];
  /** Every marker there is (of `.octo/`, of Postgres); none on the first start only: then the log may be created. */
  readonly markers: readonly LogMarker[];
  /** Streams that the log is spread over; 1. The same for ever: a shard stays where it is. */
  readonly logStreams?: LogStreamCount;
  /** Bytes of dead letters that are kept, the newest; no bound unless given. The server sets them aside, so they must fit what it may take. */
  readonly deadLetterBytes?: number;
  /** Default: the streams of the bus. */
  readonly streams?: readonly StreamSettings[];
  /** Servers that hold each stream and its durables; as the streams say unless given. More than one need a cluster of at least as many, and can't be taken back. */
  readonly replicas?: number;
}

/**
 * Makes streams and durables as wanted, over a connection of the platform's own account, and returns the markers to keep, one for each stream of the log.
 * Looks at everything first and changes nothing unless all of it may be changed.
 * Faults, not retryable: `log-shorter-than-known`, `stream-change-would-lose-data`, `durable-change-would-lose-position`,
 * `provisioning-refused`; retryable: `provisioning-unavailable`.
 */
export const provision = (connection: NatsConnection, options: ProvisionOptions): Promise<readonly LogMarker[]> =>
  retrying({ tries: triesOf(options), codes: PROVISIONING_FAULTS }, () => provisionOnce(connection, options));

/** A cluster answers nothing for some seconds whenever it has to find a leader. */
const triesOf = ({ replicas = 1 }: Pick<ProvisionOptions, 'replicas'>): number => (replicas > 1 ? 10 : 1);

const provisionOnce = (connection: NatsConnection, options: ProvisionOptions): Promise<readonly LogMarker[]> =>
  managing(connection, async (manager) => {
    const count = options.logStreams ?? 1;
    assertLogIsWhole(options.markers, await logStates(manager, count));
    const streams = streamsOf(options);
    const streamWork = await Promise.all(streams.map((wanted) => planStream(manager, wanted)));
    const durableWork = await planDurables(manager, durables(options.arms, options.tenants, count));
    const retirement = await Promise.all(RETIRED.map((durable) => planRetirement(manager, durable)));
    for (const work of [...streamWork, ...durableWork, ...retirement]) await oncePlaced(work);
    const log = await logStates(manager, count);
    if (log.length < count) throw new Error('the event log is not there after provisioning');
    return log.map(markerOf);
  });

/** Durables of one more tenant; repeating it changes nothing. Faults as of `provision`. */
export const createTenantDurables = (connection: NatsConnection, tenant: string, count: LogStreamCount = 1): Promise<void> =>
  managing(connection, async (manager) => {
    for (const work of await planDurables(manager, tenantDurables(tenant, count))) await work();
  });

/** What each stream of the log holds now, for fresh markers; without those that are not there. Fault `provisioning-unavailable`. */
export const readLogStates = (
  connection: NatsConnection,
  options: Pick<ProvisionOptions, 'replicas' | 'logStreams'> = {},
): Promise<readonly LogState[]> =>
  retrying({ tries: triesOf(options), codes: PROVISIONING_FAULTS }, () =>
    managing(connection, (manager) => logStates(manager, options.logStreams ?? 1)),
  );

export async function managing<T>(connection: NatsConnection, work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  try {
    return await work(await jetstreamManager(connection));
  } catch (error) {
    throw error instanceof JetStreamApiError
      ? fromApiError(error.apiError(), PROVISIONING_FAULTS)
      : fromNatsError(error, PROVISIONING_FAULTS);
  }
}

/** A durable has as many replicas as its stream. */
function streamsOf(options: ProvisionOptions): readonly StreamSettings[] {
  const { logStreams: count = 1, streams = streamSettings(count), replicas, deadLetterBytes } = options;
  return streams.map((stream) => ({
    ...stream,
    ...(replicas === undefined ? {} : { num_replicas: replicas }),
    ...(deadLetterBytes === undefined || stream.name !== STREAMS.deadLetters ? {} : { max_bytes: deadLetterBytes }),
  }));
}

type Work = () => Promise<unknown>;

/** A cluster that has just come up doesn't know all of its servers yet, and finds none to place a stream on. */
async function oncePlaced(work: Work): Promise<void> {
  const until = performance.now() + PLACED_WITHIN_MS;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof JetStreamApiError) || !NOT_PLACED.has(error.code) || performance.now() > until) throw error;
    }
    await pause(PLACE_AGAIN_MS);
  }
}

const PLACED_WITHIN_MS = 15_000;
const PLACE_AGAIN_MS = 200;
/** "no suitable peers for placement", "JetStream system temporarily unavailable", "insufficient resources" (nats-server 2.15 errors.json). */
const NOT_PLACED: ReadonlySet<number> = new Set([10005, 10008, 10023]);

async function logStates(manager: JetStreamManager, count: LogStreamCount): Promise<readonly LogState[]> {
  const infos = await Promise.all(logStreams(count).map(({ name }) => found(manager.streams.info(name))));
  return infos.flatMap((info) => (info === undefined ? [] : [toLogState(info)]));
}

async function planStream(manager: JetStreamManager, wanted: StreamSettings): Promise<Work> {
  const actual = await found(manager.streams.info(wanted.name));
  const config = toStreamConfig(wanted);
  return workFor(streamDifference(wanted, actual && fromStreamConfig(actual.config)), {
    create: () => manager.streams.add(config),
    update: () => manager.streams.update(wanted.name, config),
    refuse: (fields) => refused(PROVISIONING_FAULTS.streamChange, `stream ${wanted.name}`, 'lose data', fields),
  });
}

async function planDurables(manager: JetStreamManager, wanted: readonly DurableSettings[]): Promise<readonly Work[]> {
  return Promise.all(wanted.map((durable) => planDurable(manager, durable)));
}

async function planDurable(manager: JetStreamManager, wanted: DurableSettings): Promise<Work> {
  const actual = await found(manager.consumers.info(wanted.stream, wanted.name));
  const config = toConsumerConfig(wanted);
  return workFor(durableDifference(wanted, actual && fromConsumerInfo(actual)), {
    create: () => manager.consumers.add(wanted.stream, config),
    update: () => manager.consumers.update(wanted.stream, wanted.name, config),
    refuse: (fields) =>
      refused(PROVISIONING_FAULTS.durableChange, `durable ${wanted.name} of ${wanted.stream}`, 'lose its position', fields),
  });
}

async function planRetirement(manager: JetStreamManager, { stream, name }: (typeof RETIRED)[number]): Promise<Work> {
  const actual = await found(manager.consumers.info(stream, name));
  return async () => actual && manager.consumers.delete(stream, name);
}

interface Ways {
  readonly create: Work;
  readonly update: Work;
  refuse(fields: readonly string[]): Fault;
}

function workFor(difference: Difference, ways: Ways): Work {
  switch (difference.kind) {
    case 'none':
      return async () => undefined;
    case 'create':
      return ways.create;
    case 'update':
      return ways.update;
    case 'refuse':
      throw ways.refuse(difference.fields);
  }
}

const refused = (code: string, what: string, loss: string, fields: readonly string[]): Fault =>
  new Fault(code, {
    retryable: false,
    message: `The ${what} differs from what is wanted in ${fields.join(', ')}, and changing that would ${loss}; nothing was changed.`,
    details: { fields: fields.join(', ') },
  });

/** Undefined when the server says that the stream or consumer doesn't exist. */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JetStreamApiError && NOT_FOUND.has(error.code)) return undefined;
    throw error;
  }
}

const NOT_FOUND: ReadonlySet<number> = new Set([JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound]);
