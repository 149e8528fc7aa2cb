import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { facet, logStreamIndex, scope, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog } from './in-memory-event-log.ts';
import type { RecordedEvent } from './event-log.ts';
import { SpreadEventLog } from './spread-event-log.ts';
import { envelopeOf, eventLogContract } from './testing/event-log.contract.ts';

const PARTS = 4;

eventLogContract('SpreadEventLog', async () => {
  let dropped = 0;
  const parts = Array.from({ length: PARTS }, () => new InMemoryEventLog({ onDropped: () => void dropped++ }));
  return {
    log: new SpreadEventLog(parts),
    parts: PARTS,
    plant: async (subject, headers, body) => parts[logStreamIndex(subject, PARTS) ?? 0]?.plant(subject, headers, body) ?? 0,
    dropped: () => dropped,
    close: async () => undefined,
  };
});

describe('a log that is spread over several', () => {
  async function spread(tasks: number): Promise<{ log: SpreadEventLog; parts: readonly InMemoryEventLog[]; subjects: string[] }> {
    let now = 0;
    const parts = Array.from({ length: PARTS }, () => new InMemoryEventLog({ clock: () => ++now }));
    const log = new SpreadEventLog(parts);
    const subjects: string[] = [];
    for (let i = 0; i < tasks; i++) {
      const id = randomUUID();
      const prefix = taskPrefix('acme', id);
      const body = { type: 'task.steps-scheduled.v1', data: { reason: `task ${i}` } as never } as const;
      subjects.push(`${prefix}.${facet.steps(1)}`);
      await log.append(
        { subject: subjects[i] ?? '', envelope: envelopeOf(body.type, id), body },
        { filter: scope.flow(prefix), sequence: 0 },
      );
    }
    return { log, parts, subjects };
  }
  const subjectsOf = (events: readonly RecordedEvent[]): string[] => events.map(({ subject }) => subject);

  it('has every event in the part of its shard, and counts them all', async () => {
    const { log, parts, subjects } = await spread(40);
    const counts = await Promise.all(parts.map((part) => part.lastSequence()));
    expect(counts).toEqual(parts.map((_, i) => subjects.filter((subject) => logStreamIndex(subject, PARTS) === i).length));
    expect(await log.lastSequence()).toBe(40);
  });

  it('loads over all parts in the order in which it was written', async () => {
    const { log, subjects } = await spread(40);
    expect(subjectsOf(await log.load(['evt.*.acme.task.*.flow.>']))).toEqual(subjects);
  });

  it('reads over all parts from the beginning only, and one part from any sequence', async () => {
    const { log, subjects } = await spread(40);
    const seen: string[] = [];
    for await (const batch of log.read('evt.>', 1)) seen.push(...subjectsOf(batch));
    expect(seen.toSorted()).toEqual(subjects.toSorted());
    await expect(log.read('evt.>', 2)[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    const first = subjects[0] ?? '';
    const filter = `${first.split('.').slice(0, 2).join('.')}.>`;
    await expect(log.read(filter, 2)[Symbol.asyncIterator]().next()).resolves.toBeDefined();
  });

  it('takes a sequence to be reached only where one part is asked', async () => {
    const { log, subjects } = await spread(4);
    await expect(log.load(['evt.>'], { atLeast: 1 })).rejects.toThrow(RangeError);
    expect(await log.load([subjects[0] ?? ''], { atLeast: 1 })).toHaveLength(1);
  });
});
