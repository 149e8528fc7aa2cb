import { describe, expect, it } from '@jest/globals';
import type { EventAddress } from './subjects.ts';
import { TaskCancelledSchema } from './gen/octobus/v1/task_pb.ts';
import { EVENT_SCHEMAS } from './events.ts';
import { type Upcaster, isNewerVersion, parseEventType, readBody, upcasters } from './upcasters.ts';

const END: EventAddress = { shard: '00', tenant: 'acme', aggregate: 'task', id: 'one', facet: ['flow', 'end'] };

/** As failures were told once: a reason in words, and whole cents. */
const oldest: Upcaster = {
  from: 'task.failed.v0-beta',
  to: 'task.failed.v1',
  schema: TaskCancelledSchema,
  upcast: (data) => data,
};
const failedOnce: Upcaster = {
  ...oldest,
  from: 'task.failed.v0',
  upcast: ({ reason, ...rest }) => ({ ...rest, code: 'failed', message: reason ?? '' }),
};

describe('the registry of upcasters', () => {
  it('reads an old version as the present one', () => {
    const registry = upcasters([failedOnce]);
    expect(readBody('task.failed.v0', { reason: 'no answer', spentMicroUsd: '12' }, END, registry)).toEqual({
      type: 'task.failed.v1',
      data: { code: 'failed', message: 'no answer', spentMicroUsd: '12' },
    });
  });

  it('holds an old version to the message and the place it was written under', () => {
    const registry = upcasters([failedOnce]);
    expect(readBody('task.failed.v0', { reason: 7 }, END, registry)).toBeUndefined();
    expect(readBody('task.failed.v0', {}, { ...END, facet: ['request', 'submit', 'x'] }, registry)).toBeUndefined();
  });

  it('drops what an upcaster makes that is no body of the present version', () => {
    const registry = upcasters([{ ...failedOnce, upcast: () => ({ code: 5 }) }]);
    expect(readBody('task.failed.v0', {}, END, registry)).toBeUndefined();
  });

  it.each([
    ['two from one version', [failedOnce, failedOnce], 'two upcasters'],
    ['one from a version that is still written', [{ ...failedOnce, from: 'task.failed.v1', to: 'task.failed.v2' }], 'still written'],
    ['one to another event', [{ ...failedOnce, to: 'task.cancelled.v1' }], 'no later version'],
    ['one to an earlier version', [{ ...failedOnce, from: 'task.failed.v2' }], 'no later version'],
    ['one from what is no version', [oldest], 'no later version'],
    ['one that ends in nothing', [{ ...failedOnce, from: 'task.lost.v1', to: 'task.lost.v2' }], 'nothing reads'],
  ] as const)('refuses %s', (_, list, why) => {
    expect(() => upcasters(list)).toThrow(why);
  });
});

describe('a type of a newer release', () => {
  it('is unknown, and kept as it is', () => {
    expect(readBody('task.teleported.v1', { to: 'mars' }, END)).toEqual({ type: 'unknown', data: { to: 'mars' } });
    expect(readBody('task.failed.v2', { code: 7 }, END)).toEqual({ type: 'unknown', data: { code: 7 } });
  });

  it('has no business where its earlier versions have none', () => {
    expect(readBody('task.failed.v2', {}, { ...END, facet: ['arm', 'noop', 'a', '1', 'done'] })).toBeUndefined();
  });

  it('is a newer version only of an event that is known here', () => {
    expect(Object.keys(EVENT_SCHEMAS).filter((type) => parseEventType(type) === undefined || isNewerVersion(type))).toEqual([]);
    expect(isNewerVersion('task.failed.v2')).toBe(true);
    for (const type of ['task.failed.v0', 'task.failed', 'task.failed.v2 ', 'task.failed.v02', 'task.teleported.v2', '__proto__.v1', ''])
      expect(isNewerVersion(type)).toBe(false);
  });
});
