import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HEADER, isSignedAtDoor } from '@octobus/contracts';
import { type StoredLetter, publishTo } from '@octobus/jetstream';
import { DOOR_KEY, LetterRoom } from '../../test/letter-room.ts';

let room: LetterRoom;
beforeAll(async () => {
  room = await LetterRoom.open();
}, 30_000);
afterAll(() => room?.close());

describe('a dead command', () => {
  it('goes to INGRESS as it was, and leaves the dead letters', async () => {
    const letter = await room.deadCommand();
    await room.keeper().handle(await room.ask(letter));
    const [command, ...more] = room.taken();
    expect(more).toEqual([]);
    expect(command).toMatchObject({ subject: 'ingress.acme.submit', verb: 'submit' });
    expect(Buffer.from(command?.payload ?? []).toString()).toBe('{"goal":"what is it?"}');
    const header = (name: string): string => command?.head.find(([key]) => key === name)?.[1] ?? '';
    const claim = {
      subject: command?.subject ?? '',
      id: header(HEADER.id),
      actor: 'key:k1',
      target: header(HEADER.subject),
      origin: 'rest',
      payload: command?.payload ?? Buffer.of(),
    };
    expect(isSignedAtDoor(DOOR_KEY, claim, header(HEADER.door))).toBe(true);
    expect(await room.letters.find(letter.id)).toBeUndefined();
    expect(await room.answers(letter)).toMatchObject([
      { type: 'letter.redriven.v1', data: { service: 'reflex', cause: 'given-up', verb: 'submit' } },
    ]);
  });

  it('takes no order to the server along', async () => {
    const letter = await room.deadCommand(true, [['Nats-Expected-Stream', 'INGRESS']]);
    await room.keeper().handle(await room.ask(letter));
    expect(room.taken()[0]?.head.map(([name]) => name)).not.toContain('Nats-Expected-Stream');
  });

  it('whose payload was not kept stays where it is, and says why', async () => {
    const letter = await room.deadCommand(false);
    await room.keeper().handle(await room.ask(letter));
    expect(room.taken()).toEqual([]);
    expect(await room.letters.find(letter.id)).toBeDefined();
    expect(await room.answers(letter)).toMatchObject([{ type: 'letter.redrive-refused.v1', data: { code: 'dead-letter-not-kept' } }]);
  });

  it('of the platform itself is never sent without its signature, nor one that another service has written', async () => {
    const head: [string, string][] = [
      ['octo-dead-subject', 'ingress._.create-tenant'],
      ['octo-dead-stream', 'INGRESS'],
      ['octo-dead-sequence', '1'],
      ['octo-dead-deliveries', '20'],
      ['octo-dead-headers', Buffer.from('[["ce-id","x"]]').toString('base64url')],
      ['octo-dead-payload', 'kept'],
    ];
    const forge = async (subject: string, dead = 'ingress._.create-tenant'): Promise<StoredLetter> => {
      await publishTo(room.bus, subject, [['octo-dead-subject', dead], ...head.slice(1)], Buffer.from('{"name":"evil"}'));
      return (await room.letters.list({ after: 0, limit: 1000 })).letters.at(-1) as StoredLetter;
    };
    for (const [subject, dead, tenant] of [
      ['dlq.reflex._.command.1', 'ingress._.create-tenant', '_'],
      ['dlq.arm-noop._.command.2', 'ingress._.create-tenant', '_'],
      ['dlq.arm-noop.acme.command.3', 'ingress.acme.submit', 'acme'],
      ['dlq.reflex.acme.command.4', 'ingress._.create-tenant', 'acme'],
    ] as const) {
      const letter = await forge(subject, dead);
      await room.keeper().handle(await room.ask(letter, 'redrive', tenant));
      expect(await room.answers(letter, tenant)).toMatchObject([{ data: { code: 'dead-letter-unknown' } }]);
    }
    expect(room.taken()).toEqual([]);
  });
});
