import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type EventBody,
  HEADER,
  STREAMS,
  aggregatePrefix,
  clearSlot,
  facet,
  isSignedAtDoor,
  signedCommand,
  subjectToken,
  taskPrefix,
} from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import {
  type Bus,
  ConsumerHost,
  type ConsumerHostOptions,
  DeadLetters,
  JetStreamEventLog,
  type StoredLetter,
  connectBus,
  provision,
  publishTo,
} from '@octobus/jetstream';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { noSealing } from '@octobus/sealing';
import { type NatsFixture, eventually, startNats } from '@octobus/testing';
import { randomBytes } from 'node:crypto';
import { LetterKeeper, type LetterKeeperOptions } from './letter-keeper.ts';
import type { Sending } from './redrive.ts';

const DOOR_KEY = 'a door key of the test';
const NOW = instantOf(Date.UTC(2026, 10, 21));
let nats: NatsFixture;
let bus: Bus;
let log: JetStreamEventLog;
let letters: DeadLetters;
const sent: Sending[] = [];

beforeAll(async () => {
  nats = await startNats({ config: 'jetstream {}\n' });
  bus = await connectBus({ url: nats.url, name: 'test' });
  await provision(bus.connection, { arms: ['noop'], tenants: [], markers: [] });
  log = new JetStreamEventLog(bus);
  letters = new DeadLetters(bus);
}, 30_000);
afterAll(async () => {
  await bus?.close();
  await nats?.stop();
});

const id = (): string => uuidv7(instantOf(Date.now()), randomBytes(16));
const keeper = (more: Partial<LetterKeeperOptions> = {}): LetterKeeper => {
  const send = async (command: Sending): Promise<void> => void sent.push(command);
  return new LetterKeeper({ log, letters, send, doorKey: DOOR_KEY, sealing: noSealing, clock: () => NOW, ...more });
};

async function append(subject: string, body: EventBody, actor = 'key:k1'): Promise<RecordedEvent> {
  const correlation = subject.split('.')[4] ?? '';
  const envelope = { id: id(), type: body.type, source: 'test', time: '2026-11-21T00:00:00Z', correlation, causation: 'c', actor };
  await log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  const event = await log.last(subject);
  if (event === undefined) throw new Error('the event is not there');
  return event;
}

/** Gives up on everything that waits in the durable, as the service would. */
async function giveUp(service: string, stream: string, durable: string, more: Partial<ConsumerHostOptions> = {}): Promise<StoredLetter> {
  const host = new ConsumerHost({
    bus,
    durables: [{ stream, name: durable, weight: 1 }],
    concurrency: 1,
    ackWaitMs: 2_000,
    maxDeliveries: 3,
    service,
    handler: () => Promise.reject(new Fault('given-up', { retryable: false, message: 'no' })),
    ...more,
  });
  host.start();
  await eventually(() => host.counts.deadLettered > 0 && host.counts.waiting + host.counts.inFlight === 0);
  await host.stop();
  const last = (await letters.list({ after: 0, limit: 1000 })).letters.at(-1);
  if (last === undefined) throw new Error('there is no letter');
  return last;
}

const submission = (target: string) => {
  const claim = { id: `c-${target}`, actor: 'key:k1', target, origin: 'rest', payload: Buffer.from('{"goal":"what is it?"}') } as const;
  return signedCommand(DOOR_KEY, { tenant: 'acme', verb: 'submit', source: 'octobus/gateway', ...claim });
};

/** A command that reflex has given up on. */
async function deadCommand(keep = true, head: readonly (readonly [string, string])[] = []): Promise<StoredLetter> {
  const { subject, payload, head: own } = submission(id());
  await publishTo(bus, subject, [...own, ...head], payload);
  return giveUp('reflex', STREAMS.ingress, 'reflex', { keepPayload: () => keep });
}

/** A task whose step was given up on by its arm, and which has failed of that. */
async function deadStep(options: { effect?: 'EFFECT_ONCE'; ended?: boolean } = {}): Promise<{ task: string; letter: StoredLetter }> {
  const task = id();
  const prefix = taskPrefix('acme', task);
  const content = clearSlot([
    { name: 'goal', origin: 'ORIGIN_USER', text: 'count the tides' },
    { name: 'a/instruction', origin: 'ORIGIN_USER', text: 'count' },
    { name: 'a/arguments', origin: 'ORIGIN_USER', json: { k: 3 } as never },
  ]);
  const plan = {
    origin: 'submitted',
    steps: [
      { id: 'a', agent: 'noop', onFailure: 'ON_FAILURE_FAIL' as const, maxAttempts: 1 },
      { id: 'b', after: ['a'], wait: { forMs: '5000' } },
      { id: 'c', after: ['b'], wait: { until: '2026-11-20T00:00:00.000Z' } },
    ],
  };
  await append(`${prefix}.${facet.request('submit', task)}`, {
    type: 'task.accepted.v1',
    data: {
      owner: 'key:k1',
      dataSubject: 'person-1',
      commandId: task,
      bodyDigest: 'd',
      class: 'PRIORITY_CLASS_A',
      plan,
      content,
      deadline: '2026-11-20T00:00:00Z',
    },
  });
  const step = { step: 'a', attempt: 1, arm: 'noop', agent: 'noop@1', ...(options.effect === undefined ? {} : { effect: options.effect }) };
  await append(`${prefix}.${facet.step('noop', 'b', 'a', 1)}`, { type: 'task.steps-scheduled.v1', data: { steps: [step] } });
  const letter = await giveUp('arm-noop', STREAMS.events, 'arm-noop-b');
  const failure = { code: 'given-up', retryable: false };
  await append(`${prefix}.${facet.done('noop', 'a', 1)}`, {
    type: 'task.step-done.v1',
    data: { step: 'a', attempt: 1, arm: 'noop', failure },
  });
  if (options.ended !== false) await append(`${prefix}.${facet.end}`, { type: 'task.failed.v1', data: { code: 'step-failed' } });
  return { task, letter };
}

const ask = (
  letter: Pick<StoredLetter, 'id'>,
  verb: 'redrive' | 'drop' = 'redrive',
  tenant = 'acme',
  actor = 'key:k7',
): Promise<RecordedEvent> => {
  const commandId = id();
  const prefix = aggregatePrefix({ tenant, aggregate: 'letter', id: letter.id });
  const type = verb === 'redrive' ? 'letter.redrive-requested.v1' : 'letter.drop-requested.v1';
  return append(`${prefix}.${facet.request(verb, commandId)}`, { type, data: { commandId } }, actor);
};
const answers = async (letter: Pick<StoredLetter, 'id'>, tenant = 'acme') =>
  (await log.load([`${aggregatePrefix({ tenant, aggregate: 'letter', id: letter.id })}.flow.>`])).map(({ body }) => body);
const taken = (): readonly Sending[] => sent.splice(0);

describe('a dead command', () => {
  it('goes to INGRESS as it was, and leaves the dead letters', async () => {
    const letter = await deadCommand();
    await keeper().handle(await ask(letter));
    const [command, ...more] = taken();
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
    expect(await letters.find(letter.id)).toBeUndefined();
    expect(await answers(letter)).toMatchObject([
      { type: 'letter.redriven.v1', data: { service: 'reflex', cause: 'given-up', verb: 'submit' } },
    ]);
  });

  it('takes no order to the server along', async () => {
    const letter = await deadCommand(true, [['Nats-Expected-Stream', 'INGRESS']]);
    await keeper().handle(await ask(letter));
    expect(taken()[0]?.head.map(([name]) => name)).not.toContain('Nats-Expected-Stream');
  });

  it('whose payload was not kept stays where it is, and says why', async () => {
    const letter = await deadCommand(false);
    await keeper().handle(await ask(letter));
    expect(taken()).toEqual([]);
    expect(await letters.find(letter.id)).toBeDefined();
    expect(await answers(letter)).toMatchObject([{ type: 'letter.redrive-refused.v1', data: { code: 'dead-letter-not-kept' } }]);
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
      await publishTo(bus, subject, [['octo-dead-subject', dead], ...head.slice(1)], Buffer.from('{"name":"evil"}'));
      return (await letters.list({ after: 0, limit: 1000 })).letters.at(-1) as StoredLetter;
    };
    for (const [subject, dead, tenant] of [
      ['dlq.reflex._.command.1', 'ingress._.create-tenant', '_'],
      ['dlq.arm-noop._.command.2', 'ingress._.create-tenant', '_'],
      ['dlq.arm-noop.acme.command.3', 'ingress.acme.submit', 'acme'],
      ['dlq.reflex.acme.command.4', 'ingress._.create-tenant', 'acme'],
    ] as const) {
      const letter = await forge(subject, dead);
      await keeper().handle(await ask(letter, 'redrive', tenant));
      expect(await answers(letter, tenant)).toMatchObject([{ data: { code: 'dead-letter-unknown' } }]);
    }
    expect(taken()).toEqual([]);
  });
});

describe('a dead step of a task that has failed', () => {
  it('is asked for again as a new task of the same goal and plan, without its deadline, for whoever asked', async () => {
    const { task, letter } = await deadStep();
    await keeper().handle(await ask(letter));
    const [command] = taken();
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
    const { task, letter } = await deadStep();
    await publishTo(
      bus,
      `dlq.orchestrator.acme.task.${task}`,
      [
        ['octo-dead-subject', `${taskPrefix('acme', task)}.${facet.request('submit', task)}`],
        ['octo-dead-sequence', '1'],
        ['octo-dead-deliveries', '1000'],
      ],
      Buffer.of(),
    );
    const other = (await letters.list({ after: 0, limit: 1000 })).letters.at(-1) as StoredLetter;
    await keeper().handle(await ask(letter));
    await keeper().handle(await ask(other));
    const [first, second] = taken();
    expect(second?.target).toBe(first?.target);
  });

  it('is left alone when a step that was begun had effects outside, or while the task goes on', async () => {
    const unsafe = await deadStep({ effect: 'EFFECT_ONCE' });
    const going = await deadStep({ ended: false });
    for (const { letter } of [unsafe, going]) await keeper().handle(await ask(letter));
    expect(taken()).toEqual([]);
    expect(await answers(unsafe.letter)).toMatchObject([{ data: { code: 'redrive-unsafe' } }]);
    expect(await answers(going.letter)).toMatchObject([{ data: { code: 'redrive-pointless' } }]);
    await append(`${taskPrefix('acme', going.task)}.${facet.end}`, { type: 'task.failed.v1', data: { code: 'step-failed' } });
    await keeper().handle(await ask(going.letter));
    expect(taken()).toHaveLength(1);
  });
});

describe('a dead document', () => {
  const request = (document: string, commandId: string) =>
    append(`${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: document })}.${facet.request('ingest', commandId)}`, {
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
    append(`${aggregatePrefix({ tenant: 'acme', aggregate: 'document', id: document })}.flow.version.${commandId}`, {
      type: 'document.refused.v1',
      data: { commandId, digest: 'd', code: 'given-up' },
    });

  it('is asked for again as a new version, unless there is a newer one', async () => {
    const document = id();
    await request(document, 'c-1');
    const letter = await giveUp('memory', STREAMS.events, 'memory');
    await refuse(document, 'c-1');
    await keeper().handle(await ask(letter));
    const [command] = taken();
    expect(JSON.parse(Buffer.from(command?.payload ?? []).toString())).toEqual({
      name: 'a.txt',
      mediaType: 'text/plain',
      text: 'one',
    });
    expect([command?.verb, command?.target]).toEqual(['ingest', document]);
    await request(document, 'c-2');
    const second = await giveUp('memory', STREAMS.events, 'memory');
    await refuse(document, 'c-2');
    await request(document, 'c-3');
    await keeper().handle(await ask(second));
    expect(taken()).toEqual([]);
    expect(await answers(second)).toMatchObject([{ data: { code: 'redrive-pointless' } }]);
  });
});

describe('what is asked of a dead letter', () => {
  it('is done once, whatever dies in between and however many do it', async () => {
    const letter = await deadCommand();
    const request = await ask(letter);
    const again = await ask(letter);
    for (let dies = 1; dies <= 3; dies++) {
      let steps = 0;
      const step = async <T>(work: () => Promise<T>): Promise<T> => {
        const done = await work();
        if (++steps === dies) throw new Fault('died', { retryable: true, message: 'died after this' });
        return done;
      };
      const dying = keeper({
        send: (command) => step(async () => sent.push(command)),
        log: Object.assign(Object.create(log) as JetStreamEventLog, {
          append: (...args: Parameters<JetStreamEventLog['append']>) => step(() => log.append(...args)),
        }),
        letters: { find: (name) => letters.find(name), remove: (one) => step(() => letters.remove(one)) },
      });
      await dying.handle(request).catch(() => undefined);
    }
    await keeper().catchUp();
    await keeper().handle(again);
    const names = taken().map(({ head }) => head.find(([name]) => name === HEADER.id)?.[1]);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(1);
    expect((await answers(letter)).map(({ type }) => type)).toEqual(['letter.redriven.v1']);
    expect(await letters.find(letter.id)).toBeUndefined();
    await keeper().handle(await ask(letter));
    expect(taken()).toEqual([]);
  });

  it('is done for its own tenant only', async () => {
    const letter = await deadCommand();
    await keeper().handle(await ask(letter, 'redrive', 'globex'));
    await keeper().handle(await ask(letter, 'drop', 'globex'));
    expect(taken()).toEqual([]);
    expect(await letters.find(letter.id)).toBeDefined();
    expect((await answers(letter, 'globex')).map(({ type }) => type)).toEqual(['letter.redrive-refused.v1', 'letter.dropped.v1']);
  });

  it('dropping removes it, and a later redrive finds nothing', async () => {
    const letter = await deadCommand();
    for (let i = 0; i < 2; i++) await keeper().handle(await ask(letter, 'drop'));
    await keeper().handle(await ask(letter));
    expect(taken()).toEqual([]);
    expect(await letters.find(letter.id)).toBeUndefined();
    expect(await answers(letter)).toMatchObject([{ type: 'letter.dropped.v1', data: { cause: 'given-up' } }]);
  });

  it('keeps nothing else back when it can not be done', async () => {
    const [first, second] = [await deadCommand(), await deadCommand()];
    await ask(first);
    await ask(second);
    const send = async (command: Sending): Promise<void> => {
      if (command.target === first.original.attributes[HEADER.subject])
        throw new Fault('log-unavailable', { retryable: true, message: 'not now' });
      sent.push(command);
    };
    await expect(keeper({ send }).catchUp()).rejects.toMatchObject({ code: 'log-unavailable' });
    expect(taken().map(({ target }) => target)).toContain(second.original.attributes[HEADER.subject]);
    await keeper().catchUp();
    expect(taken()).toHaveLength(1);
  });
});
