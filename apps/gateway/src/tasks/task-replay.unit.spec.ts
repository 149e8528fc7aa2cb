import { describe, expect, it } from '@jest/globals';
import { taskPrefix, toHeaders } from '@octobus/contracts';
import { InMemoryEventLog } from '@octobus/event-log';
import { envelopeOf } from '@octobus/event-log/testing';
import { instantOf } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { replayTask } from './task-replay.ts';

const ID = '01a1f83b-fbf0-7a12-b5d8-a5129b61c2c0';
const NOW = 10_000;

function replayerOf(...types: readonly string[]) {
  let now = 0;
  const log = new InMemoryEventLog({ clock: () => (now += 1_000) });
  const places = [`request.submit.${ID}`, 'flow.steps.1', 'flow.end'];
  types.forEach((type, i) => log.plant(`${taskPrefix('acme', ID)}.${places[i]}`, toHeaders(envelopeOf(type, ID)), '{}'));
  const source = { open: () => [{ stream: 'EVENTS', log }], partOf: () => 0, now: instantOf(NOW), sealing: noSealing };
  return (at?: string, tenant = 'acme') => replayTask(source, tenant, ID, at);
}

describe('a replay of a task', () => {
  const replay = replayerOf('task.accepted.v1', 'task.steps-scheduled.v1', 'task.completed.v1');

  it('ends at the point that is asked for', async () => {
    expect((await replay()).view.state).toBe('completed');
    expect((await replay('2')).timeline).toHaveLength(2);
    expect((await replay('1970-01-01T00:00:01Z')).view.state).toBe('accepted');
  });

  it.each([
    ['before the task', '1970-01-01T00:00:00Z', 'task-unknown'],
    ['in the future by its sequence', '4', 'position-in-future'],
    ['in the future by its time', '1970-01-01T00:00:11Z', 'position-in-future'],
    ['that is none', '1.5', 'position-invalid'],
  ])('is refused at a point %s', async (_what, at, code) => {
    await expect(replay(at)).rejects.toMatchObject({ code });
  });

  it('is refused to another tenant', async () => {
    await expect(replay(undefined, 'globex')).rejects.toMatchObject({ code: 'task-unknown' });
  });

  it('that only a newer release can fold is another answer than that there is none', async () => {
    const newer = replayerOf('task.accepted.v2', 'task.steps-scheduled.v1');
    await expect(newer('1')).rejects.toMatchObject({ code: 'release-too-old' });
    await expect(newer('1970-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'task-unknown' });
    expect((await newer()).unknown).toEqual({ 'task.accepted.v2': 1 });
  });
});
