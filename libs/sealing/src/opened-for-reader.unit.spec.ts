import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type EventBody, clearSlot, facet, taskPrefix } from '@octobus/contracts';
import { InMemoryEventLog, type RecordedEvent } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { Fault } from '@octobus/kernel';
import { SEALING_FAULTS } from './faults.ts';
import { KeyRing } from './key-ring.ts';
import { openedForReader } from './opened-for-reader.ts';
import { KeyedSealing, slotOf } from './sealing.ts';

const TASK = '0190f5fe-7c00-7a00-8abc-0123456789ab';
const ADA = '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3';
const bytes = randomBytes(32);
const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(bytes) }));
const failing = (code: string) =>
  new KeyedSealing(new KeyRing({ ask: () => Promise.reject(new Fault(code, { retryable: false, message: 'no' })) }));

async function stored(): Promise<RecordedEvent> {
  const log = new InMemoryEventLog();
  const subject = `${taskPrefix('acme', TASK)}.${facet.request('submit', TASK)}`;
  const body: EventBody = { type: 'task.accepted.v1', data: { content: clearSlot([{ name: 'goal', text: 'what nobody is to know' }]) } };
  const envelope = { ...envelopeOf(body.type, TASK), dataSubject: ADA };
  await sealing.around(log).append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  const event = await log.last(subject);
  if (event === undefined) throw new Error('the event is not there');
  return event;
}

describe('an event for a reader of the log', () => {
  it('has its content in the clear, also in what an earlier release wrote', async () => {
    const event = await stored();
    expect(JSON.stringify(event)).not.toContain('nobody');
    expect(slotOf(await openedForReader(sealing, event))?.clear?.parts?.[0]?.text).toBe('what nobody is to know');
    const written = { before: 1, content: slotOf(event) };
    const opened = await openedForReader(sealing, { ...event, written });
    expect(opened.written).toEqual({ before: 1, content: clearSlot([{ name: 'goal', text: 'what nobody is to know' }]) });
  });

  it('of a person who was erased stays as it is', async () => {
    const event = await stored();
    expect(await openedForReader(failing(SEALING_FAULTS.erased), event)).toBe(event);
  });

  it('whose content is somebody else’s stays as it is, and reading goes on', async () => {
    const event = await stored();
    const foreign = { ...event, address: { ...event.address, id: ADA } };
    expect(await openedForReader(sealing, foreign)).toBe(foreign);
  });

  it('is not given sealed when the vault does not answer: reading breaks off', async () => {
    await expect(openedForReader(failing(SEALING_FAULTS.unavailable), await stored())).rejects.toMatchObject({
      code: SEALING_FAULTS.unavailable,
    });
  });
});
