import { randomBytes } from 'node:crypto';
import { type EventBody, STREAMS, aggregatePrefix, clearSlot, facet, signedCommand, taskPrefix } from '@octobus/contracts';
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
import { LetterKeeper, type LetterKeeperOptions } from '../src/letters/letter-keeper.ts';
import type { Sending } from '../src/letters/redrive.ts';

export const DOOR_KEY = 'a door key of the test';
const NOW = instantOf(Date.UTC(2026, 10, 21));

const submission = (target: string) => {
  const claim = { id: `c-${target}`, actor: 'key:k1', target, origin: 'rest', payload: Buffer.from('{"goal":"what is it?"}') } as const;
  return signedCommand(DOOR_KEY, { tenant: 'acme', verb: 'submit', source: 'octobus/gateway', ...claim });
};

/** A nats-server with a log and dead letters, things that die in it, and what the keeper of letters has sent. */
export class LetterRoom {
  readonly bus: Bus;
  readonly log: JetStreamEventLog;
  readonly letters: DeadLetters;
  readonly sent: Sending[] = [];
  private readonly nats: NatsFixture;

  private constructor(nats: NatsFixture, bus: Bus) {
    this.nats = nats;
    this.bus = bus;
    this.log = new JetStreamEventLog(bus);
    this.letters = new DeadLetters(bus);
  }

  static async open(): Promise<LetterRoom> {
    const nats = await startNats({ config: 'jetstream {}\n' });
    const bus = await connectBus({ url: nats.url, name: 'test' });
    await provision(bus.connection, { arms: ['noop'], tenants: [], markers: [] });
    return new LetterRoom(nats, bus);
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.nats.stop();
  }

  id(): string {
    return uuidv7(instantOf(Date.now()), randomBytes(16));
  }

  keeper(more: Partial<LetterKeeperOptions> = {}): LetterKeeper {
    const { log, letters, sent } = this;
    const send = async (command: Sending): Promise<void> => void sent.push(command);
    return new LetterKeeper({ log, letters, send, doorKey: DOOR_KEY, sealing: noSealing, clock: () => NOW, ...more });
  }

  /** What was sent since the last time. */
  taken(): readonly Sending[] {
    return this.sent.splice(0);
  }

  async append(subject: string, body: EventBody, actor = 'key:k1'): Promise<RecordedEvent> {
    const correlation = subject.split('.')[4] ?? '';
    const envelope = { id: this.id(), type: body.type, source: 'test', time: '2026-11-21T00:00:00Z', correlation, causation: 'c', actor };
    await this.log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
    const event = await this.log.last(subject);
    if (event === undefined) throw new Error('the event is not there');
    return event;
  }

  /** Gives up on everything that waits in the durable, as the service would. */
  async giveUp(service: string, stream: string, durable: string, more: Partial<ConsumerHostOptions> = {}): Promise<StoredLetter> {
    const host = new ConsumerHost({
      bus: this.bus,
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
    const last = (await this.letters.list({ after: 0, limit: 1000 })).letters.at(-1);
    if (last === undefined) throw new Error('there is no letter');
    return last;
  }

  /** A command that reflex has given up on. */
  async deadCommand(keep = true, head: readonly (readonly [string, string])[] = []): Promise<StoredLetter> {
    const { subject, payload, head: own } = submission(this.id());
    await publishTo(this.bus, subject, [...own, ...head], payload);
    return this.giveUp('reflex', STREAMS.ingress, 'reflex', { keepPayload: () => keep });
  }

  /** A task whose step was given up on by its arm, and which has failed of that. */
  async deadStep(options: { effect?: 'EFFECT_ONCE'; ended?: boolean } = {}): Promise<{ task: string; letter: StoredLetter }> {
    const task = this.id();
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
    await this.append(`${prefix}.${facet.request('submit', task)}`, {
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
    const step = {
      step: 'a',
      attempt: 1,
      arm: 'noop',
      agent: 'noop@1',
      ...(options.effect === undefined ? {} : { effect: options.effect }),
    };
    await this.append(`${prefix}.${facet.step('noop', 'b', 'a', 1)}`, { type: 'task.steps-scheduled.v1', data: { steps: [step] } });
    const letter = await this.giveUp('arm-noop', STREAMS.events, 'arm-noop-b');
    const failure = { code: 'given-up', retryable: false };
    await this.append(`${prefix}.${facet.done('noop', 'a', 1)}`, {
      type: 'task.step-done.v1',
      data: { step: 'a', attempt: 1, arm: 'noop', failure },
    });
    if (options.ended !== false) await this.append(`${prefix}.${facet.end}`, { type: 'task.failed.v1', data: { code: 'step-failed' } });
    return { task, letter };
  }

  ask(letter: Pick<StoredLetter, 'id'>, verb: 'redrive' | 'drop' = 'redrive', tenant = 'acme', actor = 'key:k7'): Promise<RecordedEvent> {
    const commandId = this.id();
    const prefix = aggregatePrefix({ tenant, aggregate: 'letter', id: letter.id });
    const type = verb === 'redrive' ? 'letter.redrive-requested.v1' : 'letter.drop-requested.v1';
    return this.append(`${prefix}.${facet.request(verb, commandId)}`, { type, data: { commandId } }, actor);
  }

  async answers(letter: Pick<StoredLetter, 'id'>, tenant = 'acme'): Promise<readonly RecordedEvent['body'][]> {
    const flow = `${aggregatePrefix({ tenant, aggregate: 'letter', id: letter.id })}.flow.>`;
    return (await this.log.load([flow])).map(({ body }) => body);
  }
}
