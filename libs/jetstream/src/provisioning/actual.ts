import type { ConsumerConfig, ConsumerInfo, StreamConfig, StreamInfo, StreamSource } from '@nats-io/jetstream';
import type { DurableSettings } from './durables.ts';
import type { LogState } from './log-marker.ts';
import type { StreamSettings, StreamSourceSetting } from './streams.ts';

/** The server leaves out what is off; here every field is spelled out so that it can be compared. */
export function fromStreamConfig(config: StreamConfig): StreamSettings {
  return {
    name: config.name,
    subjects: config.subjects ?? [],
    storage: config.storage,
    retention: config.retention,
    discard: config.discard,
    discard_new_per_subject: config.discard_new_per_subject ?? false,
    max_msgs: config.max_msgs ?? -1,
    max_msgs_per_subject: config.max_msgs_per_subject ?? -1,
    max_bytes: config.max_bytes ?? -1,
    max_age: config.max_age ?? 0,
    max_msg_size: config.max_msg_size ?? -1,
    max_consumers: config.max_consumers ?? -1,
    num_replicas: config.num_replicas,
    duplicate_window: config.duplicate_window ?? 0,
    deny_delete: config.deny_delete ?? false,
    deny_purge: config.deny_purge ?? false,
    sealed: config.sealed ?? false,
    allow_direct: config.allow_direct ?? false,
    allow_rollup_hdrs: config.allow_rollup_hdrs ?? false,
    allow_msg_ttl: config.allow_msg_ttl ?? false,
    allow_msg_schedules: config.allow_msg_schedules ?? false,
    allow_msg_counter: config.allow_msg_counter ?? false,
    allow_atomic: config.allow_atomic ?? false,
    sources: (config.sources ?? []).map(sourceOf),
    republish: config.republish === undefined ? null : { src: config.republish.src ?? '>', dest: config.republish.dest },
  };
}

const sourceOf = ({ name, filter_subject, subject_transforms }: StreamSource): StreamSourceSetting =>
  subject_transforms === undefined
    ? { name, filter_subject: filter_subject ?? '>' }
    : { name, subject_transforms: subject_transforms.map(({ src = '>', dest }) => ({ src, dest })) };

const toSource = (source: StreamSourceSetting): StreamSource =>
  'filter_subject' in source
    ? { ...source }
    : { name: source.name, subject_transforms: source.subject_transforms.map((transform) => ({ ...transform })) };

export function toStreamConfig({ republish, sources, subjects, ...rest }: StreamSettings): Partial<StreamConfig> & { name: string } {
  const config = { ...rest, subjects: [...subjects], sources: sources.map(toSource) };
  return republish === null ? without(config, 'republish') : { ...config, republish: { ...republish } };
}

/** Names a field as undefined: on an update the client merges what we want into what the server has, and would keep it. */
const without = <T extends object>(config: T, field: string): T => Object.assign(config, { [field]: undefined });

export function fromConsumerInfo({ stream_name, name, config }: ConsumerInfo): DurableSettings {
  return {
    stream: stream_name,
    name,
    filter_subjects: config.filter_subjects ?? (config.filter_subject === undefined ? [] : [config.filter_subject]),
    ack_policy: config.ack_policy === 'explicit' || config.ack_policy === 'all' ? config.ack_policy : 'none',
    deliver_policy: config.deliver_policy,
    replay_policy: config.replay_policy,
    ack_wait: config.ack_wait ?? 0,
    max_ack_pending: config.max_ack_pending ?? 0,
    max_deliver: config.max_deliver ?? -1,
    headers_only: config.headers_only ?? false,
  };
}

export function toConsumerConfig({ stream: _stream, name, ...wanted }: DurableSettings): Partial<ConsumerConfig> {
  return without({ ...wanted, filter_subjects: [...wanted.filter_subjects], durable_name: name }, 'filter_subject');
}

/** A stream that never held anything has its first sequence at 0 or 1, depending on restarts: told as 1. */
export function toLogState({ config, created, state }: StreamInfo): LogState {
  return {
    stream: config.name,
    created,
    firstSequence: state.last_seq === 0 ? 1 : state.first_seq,
    lastSequence: state.last_seq,
    deleted: state.num_deleted ?? 0,
  };
}
