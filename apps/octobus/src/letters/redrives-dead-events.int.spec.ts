import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HEADER, STREAMS, aggregatePrefix, clearSlot, facet, isSignedAtDoor, subjectToken, taskPrefix } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import { type JetStreamEventLog, type StoredLetter, publishTo } from '@octobus/jetstream';
import { DOOR_KEY, LetterRoom } from '../../test/letter-room.ts';

let room: LetterRoom;
beforeAll(async () => {
  room = await LetterRoom.open();
}, 30_000);
afterAll(() => room?.close());

describe('a dead step of a task that has failed', () => {
  it('is asked for again as a new task of the same goal and plan, without its deadline, for whoever asked', async () => {
    const { task, letter } = await room.deadStep();
    await room.keeper().handle(await room.ask(letter));
    const [command] = room.taken();
    const header = (name: string): string => command?.head.find(([key]) => key === name)?.[1] ?? '';
    expect(JSON.parse(Buffer.from(command?.payload ?? []).toString())).toEqual({
      goal: 'count the tides',
      priority: 'high',
      plan: {
        steps: [
          { id: 'a', agent: 'noop', onFailure: 'fail', maxAttempts: 1, instruction: 'count', arguments: { k: 3 } },
          { id: 'b', after: ['a'], wait: { forMs: 5_000 } },
          { id: 'c', after: ['b'], wait: { until: '2026-11-20T00:00:00.000Z' } },
        ],
      },
    });
    expect(header(HEADER.dataSubject)).toBe(subjectToken(DOOR_KEY, 'acme', 'person-1'));
    expect(header(HEADER.subject)).not.toBe(task);
    const claim = {
      subject: 'ingress.acme.submit',
      id: header(HEADER.id),
      actor: 'key:k7',
      target: header(HEADER.subject),
      origin: 'redrive',
      payload: command?.payload ?? Buffer.of(),
    };
    expect(isSignedAtDoor(DOOR_KEY, claim, header(HEADER.door))).toBe(true);
  });

  it('is asked for once, however many letters there are of the task', async () => {
    const { task, letter } = await room.deadStep();
    await publishTo(
      room.bus,
      `dlq.orchestrator.acme.task.${task}`,
      [
        ['octo-dead-subject', `${taskPrefix('acme', task)}.${facet.request('submit', task)}`],
        ['octo-dead-sequence', '1'],
        ['octo-dead-deliveries', '1000'],
      ],
      Buffer.of(),
    );
    const other = (await room.letters.list({ after: 0, limit: 1000 })).letters.at(-1) as StoredLetter;
    await room.keeper().handle(await room.ask(letter));
    await room.keeper().handle(await room.ask(other));
    const [first, second] = room.taken();
    expect(second?.target).toBe(first?.target);
  });

  it('is left alone when a step that was begun had effects outside, or while the task goes on', async () => {
    const unsafe = await room.deadStep({ effect: 'EFFECT_ONCE' });
    const going = await room.deadStep({ ended: false });
    for (const { letter } of [unsafe, going]) await room.keeper().handle(await room.ask(letter));
    expect(room.taken()).toEqual([]);
    expect(await room.answers(unsafe.letter)).toMatchObject([{ data: { code: 'redrive-unsafe' } }]);
    expect(await room.answers(going.letter)).toMatchObject([{ data: { code: 'redrive-pointless' } }]);
    await room.append(`${taskPrefix('acme', going.task)}.${facet.end}`, { type: 'task.failed.v1', data: { code: 'step-failed' } });
    await room.keeper().handle(await room.ask(going.letter));
    expect(room.taken()).toHaveLength(1);
  });

  it('is decided by what says how it ended, not by what its steps have said', async () => {
    const { task, letter } = await room.deadStep();
    for (let k = 1; k <= 3; k++)
      await room.append(`${taskPrefix('acme', task)}.${facet.note('noop', 'a', 1, k)}`, {
        type: 'task.step-noted.v1',
        data: { name: `s${k}`, content: clearSlot([{ name: 'value', text: 'a long story' }]) },
      });
    const read: string[] = [];
    const load = async (filters: readonly string[]): Promise<readonly RecordedEvent[]> => {
      const events = await room.log.load(filters);
      read.push(...events.map(({ body }) => body.type));
      return events;
    };
    const log = Object.assign(Object.create(room.log) as JetStreamEventLog, { load });
    await room.keeper({ log }).handle(await room.ask(letter));
    expect(room.taken()).toHaveLength(1);
    expect(read).toEqual(['task.accepted.v1', 'task.steps-scheduled.v1', 'task.step-done.v1', 'task.failed.v1']);
  });
});

describe('a dead document', () => {
  const request = (document: string, commandId: string) =>
    room.append(`${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: document })}.${facet.request('ingest', commandId)}`, {
      type: 'document.ingest-requested.v1',
      data: {
        owner: 'key:k1',
        dataSubject: 'person-1',
        commandId,
        digest: 'd',
        size: 3,
        mediaType: 'text/plain',
        content: clearSlot([{ name: 'a.txt', text: 'one' }]),
      },
    });
  const refuse = (document: string, commandId: string) =>
    room.append(`${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: document })}.flow.version.${commandId}`, {
      type: 'document.refused.v1',
      data: { commandId, digest: 'd', code: 'given-up' },
    });

  it('is asked for again as a new version, unless there is a newer one', async () => {
    const document = room.id();
    await request(document, 'c-1');
    const letter = await room.giveUp('memory', STREAMS.events, 'memory');
    await refuse(document, 'c-1');
    await room.keeper().handle(await room.ask(letter));
    const [command] = room.taken();
    expect(JSON.parse(Buffer.from(command?.payload ?? []).toString())).toEqual({
      name: 'a.txt',
      mediaType: 'text/plain',
      text: 'one',
    });
    expect([command?.verb, command?.target]).toEqual(['ingest', document]);
    await request(document, 'c-2');
    const second = await room.giveUp('memory', STREAMS.events, 'memory');
    await refuse(document, 'c-2');
    await request(document, 'c-3');
    await room.keeper().handle(await room.ask(second));
    expect(room.taken()).toEqual([]);
    expect(await room.answers(second)).toMatchObject([{ data: { code: 'redrive-pointless' } }]);
  });
});
