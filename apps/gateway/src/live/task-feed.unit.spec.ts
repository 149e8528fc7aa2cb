import { describe, expect, it } from '@jest/globals';
import { facet, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import { eventually } from '@octobus/testing';
import { type LiveEvents, TaskFeed } from './task-feed.ts';

const TASK = '01a1fe90-263b-7ad5-ada5-01f14935894e';
const PREFIX = taskPrefix('acme', TASK);

/** A log and its live feed; the server that answers loads is behind but for what it must hold. */
class Cluster extends InMemoryEventLog implements LiveEvents {
  behind = 0;
  private told: ((event: RecordedEvent) => void) | undefined;

  override async load(filters: readonly string[], { atLeast = 0 }: { readonly atLeast?: number } = {}): Promise<readonly RecordedEvent[]> {
    const upTo = Math.max(atLeast, (await this.lastSequence()) - this.behind);
    return (await super.load(filters)).filter(({ sequence }) => sequence <= upTo);
  }

  async subscribe(_filter: string, on: { readonly event: (event: RecordedEvent) => void }): Promise<{ stop(): void }> {
    this.told = on.event;
    return { stop: () => (this.told = undefined) };
  }

  async store(place: string, type: string): Promise<void> {
    const subject = `${PREFIX}.${place}`;
    const headers: [string, string][] = [
      ['ce-id', place],
      ['ce-type', type],
      ['octo-correlation', TASK],
    ];
    this.plant(subject, headers, '{}');
    const event = await this.last(subject);
    if (event !== undefined) this.told?.(event);
  }
}

describe('a task that is followed', () => {
  it('is told whole and in order though its history was read from a server that was behind', async () => {
    const cluster = new Cluster();
    const feed = new TaskFeed(cluster, cluster, { mayLag: true });
    await cluster.store(facet.request('submit', TASK), 'task.accepted.v1');
    await cluster.store(facet.steps(1), 'task.steps-scheduled.v1');
    cluster.behind = 1;
    const told: number[] = [];
    let ended = false;
    feed.watch('acme', TASK, 0, { event: ({ sequence }) => told.push(sequence), end: () => (ended = true) });
    await eventually(() => told.length === 1);
    await cluster.store(facet.steps(2), 'task.steps-scheduled.v1');
    await eventually(() => told.length === 3);
    expect(told).toEqual([1, 2, 3]);
    await cluster.store(facet.steps(3), 'task.steps-scheduled.v1');
    expect(told).toEqual([1, 2, 3, 4]);
    await cluster.store(facet.end, 'task.completed.v1');
    await eventually(() => ended);
    expect(told).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends for its watchers also when a newer release has ended it in a newer version', async () => {
    const cluster = new Cluster();
    let ended = false;
    await cluster.store(facet.request('submit', TASK), 'task.accepted.v1');
    new TaskFeed(cluster, cluster).watch('acme', TASK, 0, { event: () => undefined, end: () => (ended = true) });
    await cluster.store(facet.end, 'task.completed.v2');
    await eventually(() => ended);
  });
});
