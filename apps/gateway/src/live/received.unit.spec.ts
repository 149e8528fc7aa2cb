import { describe, expect, it } from '@jest/globals';
import { facet, taskPrefix } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { Received } from './received.ts';
import { Verdicts } from './verdicts.ts';

const id = '01a1ff6a-86ea-7927-9cdc-b31d02fef92d';
const name = { tenant: 'acme', id };

describe('a task that was received and not screened yet', () => {
  it('is waited for until its verdict is there, and no longer', async () => {
    const verdicts = new Verdicts();
    const received = new Received(verdicts);
    expect(received.of(name)).toBeUndefined();
    received.add(name);
    received.add(name);
    const waiting = received.of(name);
    verdicts.seen({ subject: `${taskPrefix('acme', id)}.${facet.request('submit', id)}` } as RecordedEvent);
    await waiting;
    expect(received.of(name)).toBeUndefined();
  });

  it("is another tenant's unknown task", () => {
    const received = new Received(new Verdicts());
    received.add(name);
    expect(received.of({ tenant: 'globex', id })).toBeUndefined();
  });
});
