import { describe, expect, it } from '@jest/globals';
import { taskPrefix, toHeaders } from '@octobus/contracts';
import fc from 'fast-check';
import { InMemoryEventLog } from './in-memory-event-log.ts';
import { type LogPart, readMerged } from './log-part.ts';
import { envelopeOf } from './testing/event-log.contract.ts';

/** A log whose events were stored at these times, three to a batch. */
function partOf(stream: string, times: readonly number[]): LogPart {
  let now = 0;
  const log = new InMemoryEventLog({ clock: () => now, batch: 3 });
  times.forEach((time, i) => {
    now = time;
    log.plant(`${taskPrefix('acme', stream)}.flow.steps.${i + 1}`, toHeaders(envelopeOf('task.steps-scheduled.v1', stream)), '{}');
  });
  return { stream, log };
}

const ascending = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }).map((times) => times.toSorted((a, b) => a - b));

async function read(parts: readonly LogPart[], after: readonly number[]): Promise<{ part: number; sequence: number; storedAt: number }[]> {
  const all = [];
  for await (const batch of readMerged(parts, 'evt.>', after)) {
    for (const { part, event } of batch) all.push({ part, sequence: event.sequence, storedAt: event.storedAt });
  }
  return all;
}

describe('parts of a log, read together', () => {
  it('give every event behind the positions once, in the order of times and within a part of sequences', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(ascending, fc.nat(25)), { minLength: 1, maxLength: 4 }), async (given) => {
        const parts = given.map(([times], i) => partOf(`s${i}`, times));
        const after = given.map(([, position]) => position);
        const found = await read(parts, after);
        const wanted = given.flatMap(([times], part) =>
          times.map((storedAt, i) => ({ part, sequence: i + 1, storedAt })).filter(({ sequence }) => sequence > (after[part] ?? 0)),
        );
        expect(found.toSorted((a, b) => a.part - b.part || a.sequence - b.sequence)).toEqual(wanted);
        for (const [i, one] of found.entries()) expect(one.storedAt).toBeGreaterThanOrEqual(found[i - 1]?.storedAt ?? 0);
        for (const part of parts.keys()) {
          const own = found.filter((one) => one.part === part).map(({ sequence }) => sequence);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
