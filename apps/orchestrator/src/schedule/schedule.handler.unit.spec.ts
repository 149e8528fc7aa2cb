import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type EventBody, clearSlot, facet, isSignedAtDoor, schedulePrefix, scope } from '@octobus/contracts';
import { type EventLog, InMemoryEventLog, InMemoryTimers, type RecordedEvent, type Timers } from '@octobus/event-log';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { FIRING, type Schedule, TEMPLATE_PART, awaited, evolve, noSchedule } from '@octobus/schedule';
import { KeyRing, KeyedSealing, SEALING_FAULTS, open, sealedCommand, sealedHeader, subjectKey, noSealing } from '@octobus/sealing';
import { createLogger, noTracing } from '@octobus/telemetry';
import fc from 'fast-check';
import { FiringDoor } from './firing-door.ts';
import { ScheduleHandler } from './schedule.handler.ts';

const KEY = 'a key of the orchestrator';
const ID = '01a1f83c-bf40-7d54-869a-77c459a80424';
const PREFIX = schedulePrefix('acme', ID);
const T0 = instantOf(Date.UTC(2026, 10, 20, 12));
const DURABLE = ['evt.*.*.schedule.*.request.>', 'evt.*.*.schedule.*.timer.>'];
const logger = createLogger('test', 'silent');
const eventId = () => uuidv7(T0, crypto.getRandomValues(new Uint8Array(16)));

type Act = <A extends unknown[], T>(act: (...args: A) => Promise<T>) => (...args: A) => Promise<T>;

/** A command as it lies in INGRESS. */
interface Entered {
  readonly id: string;
  readonly actor: string;
  readonly body: { readonly goal: string; readonly deadline?: string };
  readonly signed: boolean;
}

/** A log, its timers, the door, and two orchestrators that share them. What an orchestrator does to the world is counted down to its death. */
class World {
  readonly log = new InMemoryEventLog({ clock: () => this.now });
  readonly timers = new InMemoryTimers(this.log);
  readonly entered: Entered[] = [];
  now: number = T0;
  /** Runs before an orchestrator sets a timer. */
  beforeTimer: (() => Promise<void>) | undefined;
  /** The act at which the next delivery's orchestrator dies, and whether that act still happens. */
  death: { at: number; done: boolean } | undefined;
  private readonly acknowledged = new Set<number>();
  private readonly later: Act;

  constructor(later: Act) {
    this.later = later;
  }

  private mortal(): Act {
    const { death } = this;
    this.death = undefined;
    let acts = 0;
    const dead = new Fault('log-unavailable', { retryable: true, message: 'this process is dead' });
    return (act) =>
      async (...args) => {
        acts++;
        if (death !== undefined && (acts > death.at || (acts === death.at && !death.done))) throw dead;
        const result = await this.later(act)(...args);
        if (death !== undefined && acts >= death.at) throw dead;
        return result;
      };
  }

  private handler(): ScheduleHandler {
    const acts = this.mortal();
    const log: EventLog = {
      append: acts((event, expected) => this.log.append(event, expected)),
      load: (filters) => this.log.load(filters),
      last: (subject) => this.log.last(subject),
      read: (filter, from) => this.log.read(filter, from),
      lastSequence: () => this.log.lastSequence(),
    };
    const timers: Timers = {
      set: acts(async (timer) => {
        await this.beforeTimer?.();
        return this.timers.set(timer);
      }),
      cancel: acts((timer) => this.timers.cancel(timer)),
      isSet: (timer) => this.timers.isSet(timer),
    };
    const door = new FiringDoor(
      acts(async (subject, headers, payload) => {
        const head = Object.fromEntries(headers);
        const claim = { subject, id: head['ce-id'] ?? '', actor: head['octo-actor'] ?? '', target: head['ce-subject'] ?? '', payload };
        const body: Entered['body'] = JSON.parse(new TextDecoder().decode(payload));
        this.entered.push({ id: claim.id, actor: claim.actor, body, signed: isSignedAtDoor(KEY, claim, head['octo-door']) });
      }),
      KEY,
      noSealing,
    );
    return new ScheduleHandler({ log, timers, door, sealing: noSealing, logger, tracing: noTracing, clock: () => instantOf(this.now) });
  }

  async request(body: EventBody, place: string): Promise<void> {
    const envelope = { id: eventId(), type: body.type, source: 'test', time: '', correlation: ID, causation: 'test', actor: 'test' };
    const subject = `${PREFIX}.${place}`;
    await this.log.append({ subject, envelope, body }, { filter: subject, sequence: 0 });
  }

  create(cron = '* * * * *', deadlineAfterMs = '0'): Promise<void> {
    const part = { name: TEMPLATE_PART, origin: 'ORIGIN_USER', json: { goal: 'tick' } } as const;
    const data = { name: 'tick', cron, timeZone: 'UTC', owner: 'key:k1', deadlineAfterMs, content: clearSlot([part]) };
    return this.request({ type: 'schedule.create-requested.v1', data }, facet.request('create-schedule', ID));
  }

  change(verb: 'pause' | 'resume' | 'delete'): Promise<void> {
    return this.request({ type: `schedule.${verb}-requested.v1`, data: {} }, facet.request(`${verb}-schedule`, eventId()));
  }

  async waiting(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (const filter of DURABLE) for await (const batch of this.log.read(filter, 1)) events.push(...batch);
    return events.filter(({ sequence }) => !this.acknowledged.has(sequence)).sort((a, b) => a.sequence - b.sequence);
  }

  async deliver(event: RecordedEvent): Promise<void> {
    try {
      await this.handler().handle({ event, deliveries: 1, signal: new AbortController().signal });
      this.acknowledged.add(event.sequence);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  /** Handles everything that waits, without firing anything. */
  async settle(): Promise<void> {
    for (let [event] = await this.waiting(); event !== undefined; [event] = await this.waiting()) await this.deliver(event);
  }

  /** Lets time pass to a timer and hands its firing over. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    this.timers.fire(instantOf(this.now));
    await this.settle();
  }

  async schedule(): Promise<Schedule> {
    return (await this.decisions()).reduce<Schedule>((known, { body }) => evolve(known, body), noSchedule);
  }

  async decisions(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const batch of this.log.read(scope.flow(PREFIX), 1)) events.push(...batch);
    return events;
  }
}

const atOnce: Act = (act) => act;
const taskNo = (n: number): string => new FiringDoor(async () => undefined, KEY, noSealing).taskOf({ tenant: 'acme', schedule: ID, n });

describe('a schedule', () => {
  it('submits its task at each of its times, signed, in the name of its owner', async () => {
    const world = new World(atOnce);
    await world.create('* * * * *', '90000');
    await world.settle();
    expect(world.entered).toEqual([]);
    await world.pass(60_000);
    await world.pass(60_000);
    expect(world.entered).toEqual([
      { id: taskNo(1), actor: 'key:k1', signed: true, body: { goal: 'tick', deadline: '2026-11-20T12:02:30.000Z' } },
      { id: taskNo(2), actor: 'key:k1', signed: true, body: { goal: 'tick', deadline: '2026-11-20T12:03:30.000Z' } },
    ]);
    expect(await world.schedule()).toMatchObject({ fired: 2, lastTask: taskNo(2) });
  });

  it('makes up for what was missed once', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.settle();
    await world.pass(3_600_000);
    expect(world.entered).toHaveLength(1);
    expect(awaited(await world.schedule())?.at).toBe(T0 + 3_660_000);
    await world.pass(60_000);
    expect(world.entered).toHaveLength(2);
  });

  it('cancels its timer when it is paused or deleted', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.settle();
    await world.change('pause');
    await world.settle();
    expect(world.timers.pending).toEqual([]);
    await world.change('resume');
    await world.settle();
    expect(world.timers.pending).toMatchObject([{ name: FIRING, n: 2 }]);
    await world.change('delete');
    await world.settle();
    expect(world.timers.pending).toEqual([]);
    expect(world.entered).toEqual([]);
  });

  it('does nothing about a firing that comes after it was paused', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.settle();
    const [timer] = world.timers.pending;
    await world.change('pause');
    await world.settle();
    if (timer !== undefined) await world.timers.set(timer);
    await world.pass(60_000);
    expect(world.entered).toEqual([]);
  });

  it('decides about requests in the order in which they came, although the later one is handed over first', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.change('pause');
    const [created, paused] = await world.waiting();
    await world.deliver(paused as RecordedEvent);
    expect((await world.decisions()).map(({ body }) => body.type)).toEqual(['schedule.armed.v1', 'schedule.paused.v1']);
    await world.deliver(created as RecordedEvent);
    expect(await world.decisions()).toHaveLength(2);
  });

  it('is due when the log says so, although another orchestrator set the same timer for another time and lost', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.settle();
    world.now += 60_000;
    world.timers.fire(instantOf(world.now));
    const [firing] = await world.waiting();
    let raced = false;
    world.beforeTimer = async () => {
      if (raced) return;
      raced = true;
      world.now += 120_000;
      await world.deliver(firing as RecordedEvent);
    };
    await world.deliver(firing as RecordedEvent);
    const waits = awaited(await world.schedule());
    expect(waits).toEqual({ n: 2, at: T0 + 240_000 });
    expect(world.timers.pending).toMatchObject([waits]);
  });

  it('leaves a firing out that could not be submitted, and goes on', async () => {
    const world = new World(atOnce);
    await world.create();
    await world.settle();
    world.now += 60_000;
    world.timers.fire(instantOf(world.now));
    const [firing] = await world.waiting();
    const handler = new ScheduleHandler({
      log: world.log,
      timers: world.timers,
      door: new FiringDoor(async () => undefined, KEY, noSealing),
      sealing: noSealing,
      logger,
      tracing: noTracing,
      clock: () => instantOf(world.now),
    });
    await handler.giveUp({ event: firing as RecordedEvent, deliveries: 1_000, signal: new AbortController().signal }, 'ingress-full');
    expect(await world.schedule()).toMatchObject({ fired: 0, firing: 2 });
    expect(world.timers.pending).toMatchObject([{ n: 2 }]);
  });
});

describe('a schedule about a person', () => {
  const ada = { tenant: 'acme', subject: '0192f0c1-2d3e-8a4b-8c5d-6e7f8091a2b3' };
  const bytes = randomBytes(32);

  async function fired(ask: () => Promise<Uint8Array>) {
    const now = instantOf(T0);
    const log = new InMemoryEventLog({ clock: () => now });
    const sealing = new KeyedSealing(new KeyRing({ ask: () => Promise.resolve(bytes) }));
    const part = { name: TEMPLATE_PART, origin: 'ORIGIN_USER', json: { goal: 'what nobody is to know' } } as const;
    const data = {
      name: 'tick',
      cron: '* * * * *',
      timeZone: 'UTC',
      owner: 'key:k1',
      dataSubject: ada.subject,
      content: clearSlot([part]),
    };
    const body: EventBody = { type: 'schedule.create-requested.v1', data };
    const envelope = { id: eventId(), type: body.type, source: 't', time: '', correlation: ID, causation: 't', actor: 't' };
    const subject = `${PREFIX}.${facet.request('create-schedule', ID)}`;
    await sealing
      .around(log)
      .append({ subject, envelope: { ...envelope, dataSubject: ada.subject }, body }, { filter: subject, sequence: 0 });
    const published: { headers: ReadonlyMap<string, string>; payload: string }[] = [];
    const later = new KeyedSealing(new KeyRing({ ask }));
    const door = new FiringDoor(
      async (_subject, headers, payload) => published.push({ headers: new Map(headers), payload: Buffer.from(payload).toString() }),
      KEY,
      later,
    );
    const timers = new InMemoryTimers(log);
    const handler = new ScheduleHandler({ log, timers, door, sealing: later, logger, tracing: noTracing, clock: () => now });
    const handle = async (event: RecordedEvent | undefined): Promise<void> =>
      event && handler.handle({ event, deliveries: 1, signal: new AbortController().signal });
    await handle(await log.last(subject));
    timers.fire(instantOf(T0 + 60_000));
    await handle(await log.last(`${PREFIX}.timer.${FIRING}.1`));
    return { published, last: (await log.last(`${PREFIX}.${facet.state}`))?.body.type };
  }

  it('submits its task sealed with their key, for that task alone', async () => {
    const { published, last } = await fired(() => Promise.resolve(bytes));
    expect(last).toBe('schedule.fired.v1');
    expect(published).toHaveLength(1);
    const [{ headers, payload } = { headers: new Map<string, string>(), payload: '' }] = published;
    expect(payload).not.toContain('nobody');
    const sealed = sealedCommand(Buffer.from(payload)) ?? '';
    expect(sealedHeader(sealed)).toMatchObject({ ...ada, id: headers.get('ce-subject') });
    expect(headers.get('octo-data-subject')).toBe(ada.subject);
    expect(JSON.parse(open(subjectKey(ada, bytes), sealed))).toEqual({ goal: 'what nobody is to know' });
  });

  it('is deleted when it would fire and they were erased', async () => {
    const erased = new Fault(SEALING_FAULTS.erased, { retryable: false, message: 'erased' });
    const { published, last } = await fired(() => Promise.reject(erased));
    expect(published).toEqual([]);
    expect(last).toBe('schedule.deleted.v1');
  });
});

describe('wherever orchestrators die, however often and to how many of them a firing is handed', () => {
  const play = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        play: fc.constant('deliver' as const),
        pick: fc.nat(9),
        death: fc.option(fc.record({ at: fc.integer({ min: 1, max: 4 }), done: fc.boolean() }), { nil: undefined }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ play: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 60_000, 200_000) }) },
    {
      weight: 1,
      arbitrary: fc.record({ play: fc.constant('change' as const), verb: fc.constantFrom('pause' as const, 'resume' as const) }),
    },
  );

  it('each firing submits one task, and an active schedule has the timer that it waits for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(play, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
        fc.scheduler(),
        async (rounds, scheduler) => {
          const world = new World((act) => scheduler.scheduleFunction(act) as typeof act);
          await world.create();
          for (const round of rounds) {
            const acts = round.map(async (one) => {
              if (one.play === 'change') return world.change(one.verb);
              if (one.play === 'pass') {
                world.now += one.ms;
                world.timers.fire(instantOf(world.now));
                return undefined;
              }
              const waiting = await world.waiting();
              const event = waiting[one.pick % Math.max(1, waiting.length)];
              world.death = one.death;
              return event === undefined ? undefined : world.deliver(event);
            });
            await scheduler.waitFor(Promise.all(acts));
          }
          await scheduler.waitFor(world.settle());
          const fired = (await world.decisions()).flatMap(({ body }) => (body.type === 'schedule.fired.v1' ? [body.data] : []));
          expect(fired.map(({ taskId }) => taskId)).toEqual(fired.map(({ n }) => taskNo(n ?? 0)));
          expect(new Set(fired.map(({ n }) => n)).size).toBe(fired.length);
          for (const { taskId } of fired) expect(world.entered.map(({ id }) => id)).toContain(taskId);
          const waits = awaited(await world.schedule());
          if (waits !== undefined)
            expect(world.timers.pending).toContainEqual(expect.objectContaining({ name: FIRING, n: waits.n, at: waits.at }));
        },
      ),
      { numRuns: 200 },
    );
  });
});
