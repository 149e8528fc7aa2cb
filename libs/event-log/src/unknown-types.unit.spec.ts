import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from './event-log.ts';
import { UnknownTypes } from './unknown-types.ts';

const event = (type: string, known = false): RecordedEvent =>
  ({ envelope: { type }, body: { type: known ? type : 'unknown', data: {} } }) as unknown as RecordedEvent;

describe('events of a newer release', () => {
  it('are counted by type, and nothing else is', () => {
    const types = new UnknownTypes();
    for (const type of ['task.admired.v9', 'task.adored.v2', 'task.admired.v9']) types.add(event(type));
    types.add(event('task.accepted.v1', true));
    expect(types.byType).toEqual({ 'task.admired.v9': 2, 'task.adored.v2': 1 });
  });

  it('of more types than anybody can read are counted together', () => {
    const types = new UnknownTypes();
    for (let n = 0; n < 100_000; n++) types.add(event(`task.made-up-${n}.v1`));
    types.add(event('task.made-up-0.v1'));
    expect(Object.keys(types.byType)).toHaveLength(201);
    expect(types.byType).toMatchObject({ 'task.made-up-0.v1': 2, '(others)': 99_800 });
  });
});
