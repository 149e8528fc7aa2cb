import { describe, expect, it } from '@jest/globals';
import { EVENT_SCHEMAS, taskPrefix, toHeaders, upcasters } from '@octobus/contracts';
import { assertKnownVersion, type StoredMessage, toRecordedEvent } from './recorded-event.ts';
import { envelopeOf } from './testing/event-log.contract.ts';

const ID = '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0';

function storedAs(type: string, place: string, data: unknown): StoredMessage {
  const headers = new Map(toHeaders(envelopeOf(type, ID)));
  return {
    subject: `${taskPrefix('acme', ID)}.${place}`,
    sequence: 7,
    storedAt: 0,
    header: (name) => headers.get(name),
    data: new TextEncoder().encode(JSON.stringify(data)),
  };
}

describe('an event of an earlier release', () => {
  const registry = upcasters([
    {
      from: 'task.failed.v0',
      to: 'task.failed.v1',
      schema: EVENT_SCHEMAS['task.cancelled.v1'],
      upcast: ({ reason = '', ...rest }) => ({ ...rest, code: 'failed', message: reason }),
    },
  ]);
  const stored = storedAs('task.failed.v0', 'flow.end', { reason: 'no answer', spentMicroUsd: '12' });

  it('says today what it said then, and keeps what was written', () => {
    expect(toRecordedEvent(stored, registry)).toMatchObject({
      envelope: { type: 'task.failed.v0' },
      body: { type: 'task.failed.v1', data: { code: 'failed', message: 'no answer', spentMicroUsd: '12' } },
      written: { reason: 'no answer', spentMicroUsd: '12' },
    });
  });

  it('is unknown where nobody can read it any more', () => {
    expect(toRecordedEvent(stored)?.body.type).toBe('unknown');
  });
});

describe('an event of a newer release', () => {
  it('is kept, and nobody may act on it when it is a newer version of one that is known', () => {
    const event = toRecordedEvent(storedAs('task.failed.v2', 'flow.end', { code: 7 }));
    expect(event).toMatchObject({ body: { type: 'unknown', data: { code: 7 } } });
    expect(event).not.toHaveProperty('written');
    expect(() => event && assertKnownVersion(event)).toThrow(/newer release of Octobus \(task\.failed\.v2\)/);
  });

  it('may be passed over when nothing like it is known', () => {
    const event = toRecordedEvent(storedAs('task.teleported.v1', 'flow.steps.1', {}));
    expect(event?.body.type).toBe('unknown');
    expect(() => event && assertKnownVersion(event)).not.toThrow();
  });
});
