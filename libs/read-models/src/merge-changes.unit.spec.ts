import { describe, expect, it } from '@jest/globals';
import { keyed, keysToRead, mergeChanges } from './merge-changes.ts';
import { foldEvent } from './projections.ts';
import { rowsOf } from './testing/folded-rows.ts';
import { generateHistory } from './testing/generated-history.ts';

const events = generateHistory({ tasks: 20 });
const changes = events.map((event) => keyed(foldEvent(event)));

describe('merging the changes of a batch', () => {
  it('leaves changes and existing rows as they were, so that it can be done again', () => {
    const existing = rowsOf(events.slice(0, 60));
    const [rowsBefore, changesBefore] = [structuredClone(existing), structuredClone(changes)];
    const once = mergeChanges(existing, changes.slice(60));
    expect(mergeChanges(existing, changes.slice(60))).toEqual(once);
    expect(existing).toEqual(rowsBefore);
    expect(changes).toEqual(changesBefore);
  });

  it('asks beforehand for every row that a change or a condition looks at', () => {
    const half = changes.slice(100);
    const all = rowsOf(events.slice(0, 100));
    const asked = new Map(
      [...keysToRead(half)].map(([table, keys]) => [table, new Map([...(all.get(table) ?? [])].filter(([key]) => keys.has(key)))]),
    );
    expect(mergeChanges(asked, half)).toEqual(mergeChanges(all, half));
  });

  it('writes nothing for changes that are void', () => {
    const outcome = changes.filter((_, i) => events[i]?.body.type === 'task.step-done.v1');
    const { size } = mergeChanges(new Map(), outcome).get('tasks') ?? new Map();
    expect(outcome.length).toBeGreaterThan(0);
    expect(size).toBe(0);
  });
});
