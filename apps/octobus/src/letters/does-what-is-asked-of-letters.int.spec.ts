import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HEADER } from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import type { JetStreamEventLog } from '@octobus/jetstream';
import { Fault } from '@octobus/kernel';
import { LetterRoom } from '../../test/letter-room.ts';
import type { Sending } from './redrive.ts';

let room: LetterRoom;
beforeAll(async () => {
  room = await LetterRoom.open();
}, 30_000);
afterAll(() => room?.close());

describe('what is asked of a dead letter', () => {
  it('is done once, whatever dies in between and however many do it', async () => {
    const letter = await room.deadCommand();
    const request = await room.ask(letter);
    const again = await room.ask(letter);
    for (let dies = 1; dies <= 3; dies++) {
      let steps = 0;
      const step = async <T>(work: () => Promise<T>): Promise<T> => {
        const done = await work();
        if (++steps === dies) throw new Fault('died', { retryable: true, message: 'died after this' });
        return done;
      };
      const dying = room.keeper({
        send: (command) => step(async () => room.sent.push(command)),
        log: Object.assign(Object.create(room.log) as JetStreamEventLog, {
          append: (...args: Parameters<JetStreamEventLog['append']>) => step(() => room.log.append(...args)),
        }),
        letters: { find: (name) => room.letters.find(name), remove: (one) => step(() => room.letters.remove(one)) },
      });
      await dying.handle(request).catch(() => undefined);
    }
    await room.keeper().catchUp();
    await room.keeper().handle(again);
    const names = room.taken().map(({ head }) => head.find(([name]) => name === HEADER.id)?.[1]);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(1);
    expect((await room.answers(letter)).map(({ type }) => type)).toEqual(['letter.redriven.v1']);
    expect(await room.letters.find(letter.id)).toBeUndefined();
    await room.keeper().handle(await room.ask(letter));
    expect(room.taken()).toEqual([]);
  });

  it('is done for its own tenant only', async () => {
    const letter = await room.deadCommand();
    await room.keeper().handle(await room.ask(letter, 'redrive', 'globex'));
    await room.keeper().handle(await room.ask(letter, 'drop', 'globex'));
    expect(room.taken()).toEqual([]);
    expect(await room.letters.find(letter.id)).toBeDefined();
    expect((await room.answers(letter, 'globex')).map(({ type }) => type)).toEqual(['letter.redrive-refused.v1', 'letter.dropped.v1']);
  });

  it('dropping removes it, and a later redrive finds nothing', async () => {
    const letter = await room.deadCommand();
    for (let i = 0; i < 2; i++) await room.keeper().handle(await room.ask(letter, 'drop'));
    await room.keeper().handle(await room.ask(letter));
    expect(room.taken()).toEqual([]);
    expect(await room.letters.find(letter.id)).toBeUndefined();
    expect(await room.answers(letter)).toMatchObject([{ type: 'letter.dropped.v1', data: { cause: 'given-up' } }]);
  });

  it('keeps nothing else back when it can not be done', async () => {
    const [first, second] = [await room.deadCommand(), await room.deadCommand()];
    await room.ask(first);
    await room.ask(second);
    const send = async (command: Sending): Promise<void> => {
      if (command.target === first.original.attributes[HEADER.subject])
        throw new Fault('log-unavailable', { retryable: true, message: 'not now' });
      room.sent.push(command);
    };
    await expect(room.keeper({ send }).catchUp()).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(room.taken().map(({ target }) => target)).toContain(second.original.attributes[HEADER.subject]);
    await room.keeper().catchUp();
    expect(room.taken()).toHaveLength(1);
  });

  it('is looked up by the few places where an answer can stand, however often it was asked', async () => {
    const letter = await room.deadCommand(false);
    for (let i = 0; i < 3; i++) await room.keeper().handle(await room.ask(letter));
    expect(await room.answers(letter)).toHaveLength(3);
    const read: number[] = [];
    const load = async (filters: readonly string[]): Promise<readonly RecordedEvent[]> => {
      const events = await room.log.load(filters);
      read.push(events.length);
      return events;
    };
    const log = Object.assign(Object.create(room.log) as JetStreamEventLog, { load });
    await room.keeper({ log }).handle(await room.ask(letter));
    expect(read).toEqual([0]);
    expect(await room.answers(letter)).toHaveLength(4);
  });
});
