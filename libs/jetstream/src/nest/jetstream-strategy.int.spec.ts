import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Catch, Controller, type INestMicroservice, Module, type RpcExceptionFilter, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type EventBody, STREAMS, facet, taskPrefix } from '@octobus/contracts';
import type { Delivery } from '@octobus/event-log';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { eventually } from '@octobus/testing';
import { type Observable, of, throwError } from 'rxjs';
import { type TestBus, openTestBus } from '../../test/bus.ts';
import type { HostedMessage } from '../consumer/consumer-host.ts';
import { JetStreamEventLog } from '../event-log/jetstream-event-log.ts';
import { type ConsumerGroup, type GivenUp, JetStreamStrategy, givenUp } from './jetstream-strategy.ts';

const DURABLE = 'arm-noop-b';
const newId = (): string => uuidv7(instantOf(Date.now()), crypto.getRandomValues(new Uint8Array(16)));

/** As the services register it: what a handler throws reaches the transport. */
@Catch()
class AsItIs implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

@Module({})
class TestModule {}

describe("Nest's transport over JetStream", () => {
  let test: TestBus;
  const running: { app: INestMicroservice; strategy: JetStreamStrategy }[] = [];
  const dropped: string[] = [];

  beforeAll(async () => {
    test = await openTestBus();
  });
  afterEach(async () => {
    for (const { app } of running.splice(0)) await app.close();
    await test.admin.streams.purge(STREAMS.events);
    dropped.splice(0);
  });
  afterAll(() => test.close());

  const groupOf = (more: Partial<ConsumerGroup> = {}): ConsumerGroup => ({
    payload: 'events',
    durables: [{ stream: STREAMS.events, name: DURABLE, weight: 1 }],
    concurrency: 4,
    ackWaitMs: 5_000,
    maxDeliveries: 4,
    retry: { baseMs: 5, capMs: 20 },
    service: 'tester',
    ...more,
  });

  async function serve(controller: Type, group: Partial<ConsumerGroup> = {}, graceMs?: number): Promise<JetStreamStrategy> {
    const strategy = new JetStreamStrategy({
      bus: test.bus,
      groups: { steps: groupOf(group) },
      onDropped: (subject) => void dropped.push(subject),
      ...(graceMs === undefined ? {} : { graceMs }),
    });
    const module = { module: TestModule, controllers: [controller] };
    const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
    app.useGlobalFilters(new AsItIs());
    await app.listen();
    running.push({ app, strategy });
    return strategy;
  }

  /** Dispatches one step as the orchestrator does; answers its task. */
  async function dispatch(): Promise<string> {
    const task = newId();
    const subject = `${taskPrefix('acme', task)}.${facet.step('noop', 'b', 's1', 1)}`;
    const body: EventBody = { type: 'task.steps-scheduled.v1', data: { steps: [{ step: 's1', attempt: 1, arm: 'noop' }] } };
    const envelope = { id: newId(), type: body.type, source: 't', time: '', correlation: task, causation: '', actor: 't' };
    await new JetStreamEventLog(test.bus).append({ subject, envelope, body }, { filter: subject, sequence: 0 });
    return task;
  }

  const unsettled = async () => {
    const info = await test.admin.consumers.info(STREAMS.events, DURABLE);
    return info.num_ack_pending + info.num_pending;
  };
  const settled = () => eventually(async () => (await unsettled()) === 0);

  it('hands events to the handler of their group and acknowledges them after it', async () => {
    const seen: Delivery[] = [];
    const go = Promise.withResolvers<void>();
    @Controller()
    class Steps {
      @EventPattern('steps')
      async handle(@Payload() delivery: Delivery): Promise<void> {
        seen.push(delivery);
        await go.promise;
      }
    }
    await serve(Steps);
    const task = await dispatch();
    await eventually(() => seen.length === 1);
    expect(await unsettled()).toBe(1);
    expect(seen[0]).toMatchObject({ deliveries: 1, event: { address: { id: task }, body: { type: 'task.steps-scheduled.v1' } } });
    expect(seen[0]?.signal.aborted).toBe(false);
    go.resolve();
    await settled();
  });

  it('hands messages as they are to a group that asks for messages', async () => {
    const seen: HostedMessage[] = [];
    @Controller()
    class Raw {
      @EventPattern('steps')
      handle(@Payload() message: HostedMessage): Observable<number> {
        seen.push(message);
        return of(1);
      }
    }
    await serve(Raw, { payload: 'messages' });
    const task = await dispatch();
    await settled();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.header('octo-correlation')).toBe(task);
    expect(JSON.parse(Buffer.from(seen[0]?.data ?? []).toString())).toEqual({ steps: [{ step: 's1', attempt: 1, arm: 'noop' }] });
  });

  it('brings a message again after a fault that may pass, thrown or in an observable', async () => {
    const tries: number[] = [];
    @Controller()
    class Flaky {
      @EventPattern('steps')
      handle(@Payload() { deliveries }: Delivery): Observable<number> {
        tries.push(deliveries);
        const fault = new Fault('memory-unavailable', { retryable: true, message: 'later' });
        if (deliveries === 1) throw fault;
        return deliveries === 2 ? throwError(() => fault) : of(1);
      }
    }
    const strategy = await serve(Flaky);
    await dispatch();
    await settled();
    expect(tries).toEqual([1, 2, 3]);
    expect(strategy.counts('steps')).toMatchObject({ pulled: 3, redelivered: 2, acked: 1, naked: 2, deadLettered: 0 });
  });

  it.each([
    ['a defect', () => new TypeError('undefined is not a function'), 'defect', [1]],
    ['a fault for good', () => new Fault('plan-cyclic', { retryable: false, message: 'no' }), 'plan-cyclic', [1]],
    [
      'a fault that does not pass',
      () => new Fault('memory-unavailable', { retryable: true, message: 'later' }),
      'memory-unavailable',
      [1, 2, 3],
    ],
  ])('gives up on a message after %s: dead letter first, then the handler for it', async (_name, error, cause, tries) => {
    const letters = (await test.admin.streams.info(STREAMS.deadLetters)).state.messages;
    const tried: number[] = [];
    const given: (GivenUp & { letters: number })[] = [];
    const count = async () => (await test.admin.streams.info(STREAMS.deadLetters)).state.messages;
    @Controller()
    class Broken {
      @EventPattern('steps')
      async handle(@Payload() { deliveries }: Delivery): Promise<void> {
        tried.push(deliveries);
        throw error();
      }

      @EventPattern(givenUp('steps'))
      async giveUp(@Payload() up: GivenUp): Promise<void> {
        given.push({ ...up, letters: await count() });
      }
    }
    const strategy = await serve(Broken);
    const task = await dispatch();
    await eventually(() => given.length > 0);
    await settled();
    expect(tried).toEqual(tries);
    expect(given).toHaveLength(1);
    expect(given[0]).toMatchObject({ cause, letters: letters + 1, message: { event: { address: { id: task } } } });
    expect(strategy.counts('steps')?.deadLettered).toBe(1);
  });

  it('tries again what must follow a dead letter, and writes one letter', async () => {
    const letters = (await test.admin.streams.info(STREAMS.deadLetters)).state.messages;
    let refusals = 0;
    @Controller()
    class Broken {
      @EventPattern('steps')
      handle(@Payload() _delivery: Delivery): void {
        throw new TypeError('broken');
      }

      @EventPattern(givenUp('steps'))
      giveUp(@Payload() _up: GivenUp): void {
        if (++refusals < 3) throw new Fault('log-unavailable', { retryable: true, message: 'not now' });
      }
    }
    await serve(Broken);
    await dispatch();
    await settled();
    expect(refusals).toBe(3);
    expect((await test.admin.streams.info(STREAMS.deadLetters)).state.messages).toBe(letters + 1);
  });

  it('drops what is no event of ours, counts it and goes on', async () => {
    const seen: string[] = [];
    @Controller()
    class Steps {
      @EventPattern('steps')
      handle(@Payload() { event }: Delivery): void {
        seen.push(event.address.id);
      }
    }
    await serve(Steps);
    const stranger = `${taskPrefix('acme', newId())}.${facet.step('noop', 'b', 's1', 1)}`;
    await test.bus.connection.request(stranger, 'not an event', { timeout: 2_000 });
    const task = await dispatch();
    await settled();
    expect(seen).toEqual([task]);
    expect(dropped).toEqual([stranger]);
  });

  it('drains when it closes: what has begun is finished, the rest goes elsewhere at once', async () => {
    const begun: string[] = [];
    const go = Promise.withResolvers<void>();
    @Controller()
    class Slow {
      @EventPattern('steps')
      async handle(@Payload() { event }: Delivery): Promise<void> {
        begun.push(event.address.id);
        await go.promise;
      }
    }
    const strategy = await serve(Slow, { concurrency: 1, prefetch: 10 });
    const tasks = [await dispatch(), await dispatch(), await dispatch()];
    await eventually(() => strategy.counts('steps')?.waiting === 2);
    const [first] = running.splice(0);
    const closed = first?.app.close();
    go.resolve();
    await closed;
    expect(begun).toEqual(tasks.slice(0, 1));
    expect(await unsettled()).toBe(2);
    const rest: string[] = [];
    @Controller()
    class Next {
      @EventPattern('steps')
      handle(@Payload() { event }: Delivery): void {
        rest.push(event.address.id);
      }
    }
    const began = Date.now();
    await serve(Next);
    await settled();
    expect(rest.toSorted()).toEqual(tasks.slice(1).toSorted());
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  it('aborts a handler that outlasts the grace and gives its message back', async () => {
    let signal: AbortSignal | undefined;
    const stuck = Promise.withResolvers<void>();
    @Controller()
    class Stuck {
      @EventPattern('steps')
      async handle(@Payload() delivery: Delivery): Promise<void> {
        signal = delivery.signal;
        await stuck.promise;
      }
    }
    await serve(Stuck, {}, 50);
    await dispatch();
    await eventually(() => signal !== undefined);
    const [first] = running.splice(0);
    await first?.app.close();
    expect(signal?.aborted).toBe(true);
    expect(await unsettled()).toBe(1);
    stuck.resolve();
  });

  it('does not start without a handler for a group', async () => {
    @Controller()
    class Other {
      @EventPattern('other')
      handle(@Payload() _delivery: Delivery): void {}
    }
    await expect(serve(Other)).rejects.toThrow('no handler for steps');
  });
});
