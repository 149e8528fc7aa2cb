import { CLASSES, type LogStreamCount, STREAMS, logStreams, isNamedLikeReplay } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';

/** What we set of a durable pull consumer, in the server's own words; times in nanoseconds. */
export interface DurableSettings {
  readonly stream: string;
  readonly name: string;
  readonly filter_subjects: readonly string[];
  readonly ack_policy: 'explicit' | 'none' | 'all';
  readonly deliver_policy: 'all' | 'last' | 'new' | 'by_start_sequence' | 'by_start_time' | 'last_per_subject';
  readonly replay_policy: 'instant' | 'original';
  readonly ack_wait: number;
  readonly max_ack_pending: number;
  /** -1: the host counts deliveries and dead-letters before the n-th, so that a message that kills its process doesn't vanish. */
  readonly max_deliver: number;
  readonly headers_only: boolean;
}

const SECOND = 1e9;

function durable(stream: string, name: string, filters: readonly string[], ackWaitSeconds: number, maxAckPending = 1000): DurableSettings {
  return Object.freeze({
    stream,
    name,
    filter_subjects: Object.freeze([...filters]),
    ack_policy: 'explicit',
    deliver_policy: 'all',
    replay_policy: 'instant',
    ack_wait: ackWaitSeconds * SECOND,
    max_ack_pending: maxAckPending,
    max_deliver: -1,
    headers_only: false,
  });
}

/** One acknowledgement a batch: what is before it has been folded, whoever folded it. */
export const PROJECTION = 'projection';
/** Durables of earlier releases whose position means nothing any more: the projector's stands in Postgres. */
export const RETIRED = [{ stream: STREAMS.events, name: 'projector' }] as const;

export const armDurableName = (arm: string, priority: string): string => `arm-${arm}-${priority}`;
export const tenantDurableName = (tenant: string): string => `t-${tenant}`;

/** Replays that a tenant can have at one time. */
export const REPLAY_SLOTS = [1, 2, 3] as const;
/** Made when a replay is opened; fixed names, because they stand in the tenant's imports. */
export const replayDurableName = (tenant: string, slot: number): string => `t-${tenant}-replay-${slot}`;
/** A subject token, and not the name of a replay. */
export const isTenantName = (name: string): boolean => isToken(name) && !isNamedLikeReplay(name);

/** One durable a priority class, so that an arm can pull urgent steps first. */
function armDurables(stream: string, arm: string): readonly DurableSettings[] {
  if (!isToken(arm)) throw new RangeError('an arm is named by a subject token');
  return CLASSES.map((priority) =>
    durable(
      stream,
      armDurableName(arm, priority),
      [`evt.*.*.task.*.flow.step.${arm}.${priority}.>`, `evt.*.*.task.*.fan.${arm}.${priority}.>`],
      5,
    ),
  );
}

/** What a tenant reads over NATS: its own events from the beginning, at its own pace, a durable for each stream of the log. */
export function tenantDurables(tenant: string, count: LogStreamCount = 1): readonly DurableSettings[] {
  if (!isTenantName(tenant)) throw new RangeError('a tenant is named by a subject token, and not like a replay');
  return logStreams(count).map(({ name }) => durable(name, tenantDurableName(tenant), [`evt.*.${tenant}.>`], 30));
}

/** An orchestrator's second durable: what comes seldom. With these filters on its first one a five-step run cost the server a tenth more. */
export const ORCHESTRATOR_TIMERS = 'orchestrator-timers';

/** What the services read of one stream of the log. */
const serviceDurables = (stream: string, arms: readonly string[]): readonly DurableSettings[] => [
  durable(stream, 'orchestrator', ['evt.*.*.task.*.request.>', 'evt.*.*.task.*.arm.*.*.*.done'], 2),
  durable(stream, ORCHESTRATOR_TIMERS, ['evt.*.*.*.*.timer.>', 'evt.*.*.schedule.*.request.>'], 2),
  ...arms.flatMap((arm) => armDurables(stream, arm)),
  durable(stream, 'memory', ['evt.*.*.document.*.request.>'], 30),
  durable(stream, 'vault', ['evt.*.*.subject.*.request.>'], 30),
  { ...durable(stream, PROJECTION, ['evt.>'], 30, 10_000), ack_policy: 'all' },
];

/** Every durable of the bus. Only provisioning makes them: a service with the right to create consumers could rewrite another's filter. */
export function durables(arms: readonly string[], tenants: readonly string[], count: LogStreamCount = 1): readonly DurableSettings[] {
  return [
    durable(STREAMS.ingress, 'reflex', ['ingress.>'], 2),
    ...logStreams(count).flatMap(({ name }) => serviceDurables(name, arms)),
    ...tenants.flatMap((tenant) => tenantDurables(tenant, count)),
  ];
}
