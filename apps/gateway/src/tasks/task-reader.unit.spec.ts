import { describe, expect, it } from '@jest/globals';
import { taskPrefix, toHeaders } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { noSealing } from '@octobus/sealing';
import { Received } from '../live/received.ts';
import { Verdicts } from '../live/verdicts.ts';
import { readTask } from './task-reader.ts';

const ID = '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0';
const SUBMITTED = `request.submit.${ID}`;

function readerOf(...events: readonly (readonly [place: string, type: string])[]) {
  const log = new InMemoryEventLog();
  for (const [place, type] of events) log.plant(`${taskPrefix('acme', ID)}.${place}`, toHeaders(envelopeOf(type, ID)), '{}');
  return () => readTask({ log, sealing: noSealing, received: new Received(new Verdicts()) }, 'acme', ID);
}

describe('reading a task', () => {
  it('says how many of its events only a newer release can read, and shows the rest', async () => {
    const read = readerOf([SUBMITTED, 'task.accepted.v1'], ['flow.steps.1', 'task.plan-adopted.v2'], ['flow.end', 'task.completed.v1']);
    expect((await read()).view).toMatchObject({ state: 'completed', events: 2, newerEvents: 1 });
    expect((await readerOf([SUBMITTED, 'task.accepted.v1'])()).view).not.toHaveProperty('newerEvents');
  });

  it('that only a newer release can read is another answer than that there is none', async () => {
    await expect(readerOf([SUBMITTED, 'task.accepted.v2'])()).rejects.toMatchObject({
      code: 'release-too-old',
      message: expect.stringContaining('task.accepted.v2'),
    });
  });
});
