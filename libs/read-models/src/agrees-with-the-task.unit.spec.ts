import { describe, expect, it } from '@jest/globals';
import { type Task, evolve, noTask, toTaskEvent } from '@octobus/task';
import { foldEvent } from './projections.ts';
import type { TaskRow, TaskStepRow } from './tables.ts';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { generateHistory } from './testing/generated-history.ts';

const events = generateHistory({ tasks: 400, seed: 7 });
const rows = rowsOf(events);

function tasksByAggregate(): Map<string, Task> {
  const tasks = new Map<string, Task>();
  for (const event of events) {
    const fact = toTaskEvent(event);
    if (fact !== undefined) tasks.set(event.address.id, evolve(tasks.get(event.address.id) ?? noTask, fact));
  }
  return tasks;
}

const stateOf = (task: Task): string => (task.situation === 'ended' ? task.end : task.situation);

describe('the read models of a long history', () => {
  const tasks = tasksByAggregate();
  const list = rowsIn(rows, 'tasks');

  it('list every task, in the state that the aggregate itself has', () => {
    expect(list).toHaveLength(400);
    expect(list.map((row: TaskRow) => [row.id, row.state])).toEqual(list.map((row) => [row.id, stateOf(tasks.get(row.id) ?? noTask)]));
    expect(new Set(list.map((row) => row.state))).toEqual(new Set(['completed', 'failed', 'cancelled', 'expired', 'rejected']));
  });

  it('know every attempt as the aggregate does', () => {
    const attempts = rowsIn(rows, 'task_steps').map((row: TaskStepRow) => [row.task, row.step, row.attempt, row.arm, row.state]);
    const expected = [...tasks].flatMap(([id, task]) =>
      task.situation === 'ended'
        ? [...task.last.steps.values()].flatMap((step) =>
            step.attempts.map((attempt) => [id, step.id, attempt.n, attempt.arm, attempt.situation]),
          )
        : [],
    );
    expect(attempts.map(String).toSorted()).toEqual(expected.map(String).toSorted());
  });

  it('sum up to what the completed tasks say they spent', () => {
    const completed = new Map(list.filter((row) => row.state === 'completed').map((row) => [row.id, row.spent_micro_usd]));
    const sums = new Map<string, number>([...completed.keys()].map((id) => [id, 0]));
    for (const use of rowsIn(rows, 'usage')) {
      if (use.source === 'outcome' && sums.has(use.task)) sums.set(use.task, (sums.get(use.task) ?? 0) + use.cost_micro_usd);
    }
    expect(completed.size).toBeGreaterThan(100);
    expect(sums).toEqual(completed);
  });

  it('hold nothing that a person or a model wrote', () => {
    const everything = JSON.stringify([...rows.values()].map((table) => [...table.values()]));
    expect(everything).not.toContain('quick answer');
    expect(everything).not.toContain('guide.md');
    expect(JSON.stringify(events)).toContain('quick answer');
  });

  it('are the same however the history is cut into batches', () => {
    let merged = new Map<string, object>();
    const existing = new Map([...rows.keys()].map((table) => [table, new Map()]));
    for (let i = 0; i < events.length; i += 37) {
      for (const [table, changed] of rowsOf(events.slice(i, i + 37), existing)) {
        for (const [key, row] of changed) existing.get(table)?.set(key, row);
      }
    }
    merged = new Map([...existing].flatMap(([table, of]) => [...of].map(([key, row]) => [`${table} ${key}`, row] as const)));
    expect(merged).toEqual(new Map([...rows].flatMap(([table, of]) => [...of].map(([key, row]) => [`${table} ${key}`, row] as const))));
  });

  it('ignore dispatches and types of a newer release', () => {
    const [some] = events;
    if (some === undefined) throw new Error('no events');
    expect(foldEvent({ ...some, body: { type: 'unknown', data: { a: 1 } } })).toEqual([]);
  });
});
