import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durableDifference, streamDifference } from './difference.ts';
import { durables } from './durables.ts';
import { STREAM_SETTINGS } from './streams.ts';
import type { StreamSettings } from './streams.ts';

const limit = fc.oneof(fc.constant(-1), fc.integer({ min: 1, max: 1_000_000 }));
const settings: fc.Arbitrary<StreamSettings> = fc.record({
  name: fc.constantFrom('EVENTS', 'INGRESS'),
  subjects: fc.uniqueArray(fc.constantFrom('evt.>', 'ingress.*.*', 'dlq.>', 'blob.*.*'), { minLength: 1 }),
  storage: fc.constantFrom('file', 'memory'),
  retention: fc.constantFrom('limits', 'interest', 'workqueue'),
  discard: fc.constantFrom('old', 'new'),
  discard_new_per_subject: fc.boolean(),
  max_msgs: limit,
  max_msgs_per_subject: limit,
  max_bytes: limit,
  max_age: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  max_msg_size: limit,
  max_consumers: limit,
  num_replicas: fc.constantFrom(1, 3, 5),
  duplicate_window: fc.constantFrom(0, 120e9),
  deny_delete: fc.boolean(),
  deny_purge: fc.boolean(),
  sealed: fc.boolean(),
  allow_direct: fc.boolean(),
  allow_rollup_hdrs: fc.boolean(),
  allow_msg_ttl: fc.boolean(),
  allow_msg_schedules: fc.boolean(),
  allow_msg_counter: fc.boolean(),
  allow_atomic: fc.boolean(),
  sources: fc.constantFrom([], [{ name: 'DLQ', filter_subject: 'never.matches' }]),
  republish: fc.constantFrom(null, { src: '>', dest: 'pub.>' }),
});

/** Two settings that differ in few fields, as a release and its forerunner do. */
const neighbours = fc
  .tuple(settings, settings, fc.subarray(Object.keys(STREAM_SETTINGS[0] ?? {}), { minLength: 1, maxLength: 3 }))
  .map(([actual, other, fields]): readonly [StreamSettings, StreamSettings] => [
    { ...actual, ...Object.fromEntries(fields.map((field) => [field, other[field as keyof StreamSettings]])) },
    actual,
  ]);

const events = STREAM_SETTINGS.find(({ name }) => name === 'EVENTS') as StreamSettings;
const LIMITS = ['max_msgs', 'max_msgs_per_subject', 'max_bytes', 'max_age', 'max_msg_size'] as const;
const open = (n: number): number => (n <= 0 ? Number.POSITIVE_INFINITY : n);

describe('the difference between wanted and actual stream settings', () => {
  it('is to create a stream that is not there', () => {
    expect(streamDifference(events, undefined)).toEqual({ kind: 'create' });
  });

  it('is nothing for equal settings, whatever the order of the subjects', () => {
    fc.assert(
      fc.property(settings, (s) => {
        expect(streamDifference(s, { ...s, subjects: s.subjects.toReversed() })).toEqual({ kind: 'none' });
      }),
    );
  });

  it('names exactly the fields that differ when it updates', () => {
    fc.assert(
      fc.property(neighbours, ([wanted, actual]) => {
        const difference = streamDifference(wanted, actual);
        fc.pre(difference.kind === 'update');
        const after: StreamSettings = {
          ...actual,
          ...Object.fromEntries(difference.fields.map((f) => [f, wanted[f as keyof StreamSettings]])),
        };
        expect(streamDifference(wanted, after)).toEqual({ kind: 'none' });
        expect(difference.fields.length).toBeGreaterThan(0);
      }),
    );
  });

  it('never loosens a guard, shrinks a limit or drops a subject', () => {
    fc.assert(
      fc.property(neighbours, ([wanted, actual]) => {
        fc.pre(streamDifference(wanted, actual).kind !== 'refuse');
        expect(actual.subjects.filter((subject) => !wanted.subjects.includes(subject))).toEqual([]);
        for (const field of LIMITS) expect(open(wanted[field])).toBeGreaterThanOrEqual(open(actual[field]));
        expect([wanted.storage, wanted.retention, wanted.name]).toEqual([actual.storage, actual.retention, actual.name]);
        expect(Number(wanted.deny_delete) - Number(actual.deny_delete)).toBeGreaterThanOrEqual(0);
        expect(Number(wanted.deny_purge) - Number(actual.deny_purge)).toBeGreaterThanOrEqual(0);
        expect(Number(actual.allow_rollup_hdrs) - Number(wanted.allow_rollup_hdrs)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses the way back of an enlarged limit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LIMITS), fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (field, a, b) => {
        fc.pre(a !== b);
        const small = { ...events, [field]: Math.min(a, b) };
        const large = { ...events, [field]: Math.max(a, b) };
        expect(streamDifference(large, small)).toEqual({ kind: 'update', fields: [field] });
        expect(streamDifference(small, large)).toEqual({ kind: 'refuse', fields: [field] });
      }),
    );
  });

  it.each([
    ['storage', { storage: 'memory' }],
    ['retention', { retention: 'interest' }],
    ['subjects', { subjects: ['evt.>', 'old.>'] }],
    ['num_replicas', { num_replicas: 3 }],
    ['allow_msg_schedules', { allow_msg_schedules: true }],
    ['sealed', { sealed: true }],
    ['deny_purge', { deny_purge: true }],
  ] as const)('refuses to take back %s of the log', (field, actual) => {
    expect(streamDifference(events, { ...events, ...actual })).toEqual({ kind: 'refuse', fields: [field] });
  });

  it('repairs what only has to be turned on or off', () => {
    const actual = { ...events, deny_delete: false, allow_rollup_hdrs: true, republish: null, discard: 'old' as const };
    expect(streamDifference(events, actual)).toEqual({
      kind: 'update',
      fields: ['discard', 'deny_delete', 'allow_rollup_hdrs', 'republish'],
    });
  });
});

describe('the limit of bytes', () => {
  it('of dead letters is set in place on a stream of an earlier release, of another stream it is refused', () => {
    for (const wanted of STREAM_SETTINGS) {
      const limited = { ...wanted, max_bytes: 1_000 };
      const kind = wanted.name === 'DLQ' ? 'update' : 'refuse';
      expect(streamDifference(limited, { ...wanted, max_bytes: -1 })).toEqual({ kind, fields: ['max_bytes'] });
    }
  });
});

describe('the difference between wanted and actual durables', () => {
  const [wanted] = durables(['noop'], []);
  if (wanted === undefined) throw new Error('no durables');

  it('updates filters and waiting times, and refuses what would lose the position', () => {
    expect(durableDifference(wanted, undefined)).toEqual({ kind: 'create' });
    expect(durableDifference(wanted, { ...wanted })).toEqual({ kind: 'none' });
    expect(durableDifference(wanted, { ...wanted, filter_subjects: ['x'], ack_wait: 1e9 })).toEqual({
      kind: 'update',
      fields: ['filter_subjects', 'ack_wait'],
    });
    expect(durableDifference(wanted, { ...wanted, deliver_policy: 'new' })).toEqual({ kind: 'refuse', fields: ['deliver_policy'] });
  });

  it('names of durables are distinct within their stream', () => {
    const names = durables(['planner', 'noop'], ['acme', 'globex']).map(({ stream, name }) => `${stream} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the settings themselves', () => {
  it('can’t be changed by whoever holds them', () => {
    expect(Object.isFrozen(STREAM_SETTINGS)).toBe(true);
    for (const stream of STREAM_SETTINGS) expect(Object.isFrozen(stream) && Object.isFrozen(stream.sources)).toBe(true);
  });

  it('let no publisher remove, forge or swallow a message of the log or of the door', () => {
    for (const stream of STREAM_SETTINGS.filter(({ name }) => name === 'EVENTS' || name === 'INGRESS')) {
      expect(stream).toMatchObject({ allow_rollup_hdrs: false, allow_msg_ttl: false, allow_msg_schedules: false, duplicate_window: 0 });
      expect(stream.sources).toHaveLength(1);
    }
  });
});
