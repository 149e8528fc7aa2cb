import { toRecordedEvent, type Delivery, type RecordedEvent } from '@octobus/event-log';
import { BaseRpcContext, type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Bus } from '../connect.ts';
import { BatchHost, type BatchHostOptions } from '../consumer/batch-host.ts';
import { ConsumerHost, type ConsumerHostOptions, type HostCounts, type HostedMessage } from '../consumer/consumer-host.ts';

/** One set of durables and how they are worked on; its name is the pattern that `@EventPattern` takes. */
export interface ConsumerGroup extends Omit<ConsumerHostOptions, 'bus' | 'handler' | 'onDeadLetter' | 'onFailure' | 'onProblem'> {
  /** `events`: handlers get a `Delivery`, what is no event is acknowledged and told to `onDropped`; `messages`: handlers get the message as it is. */
  readonly payload: 'events' | 'messages';
}

/** A durable of several streams whose events are handled in batches of one stream, never given up on: `@EventPattern` gets an array of events. */
export interface BatchGroup extends Omit<BatchHostOptions, 'bus' | 'stream' | 'handler' | 'onFailure' | 'onProblem'> {
  readonly payload: 'batches';
  readonly streams: readonly string[];
}

export interface StrategyOptions {
  readonly bus: Bus;
  readonly groups: Readonly<Record<string, ConsumerGroup | BatchGroup>>;
  /** Milliseconds that handlers get to finish when the service stops. */
  readonly graceMs?: number;
  readonly onFailure?: ConsumerHostOptions['onFailure'];
  readonly onProblem?: ConsumerHostOptions['onProblem'];
  readonly onDropped?: (subject: string, sequence: number) => void;
  /** Told of each event whose type this release doesn't know; its handler gets it all the same. */
  readonly onUnknown?: (type: string, sequence: number) => void;
}

/** Pattern of the handler that is called when a message of the group was given up on, with what the group's handlers get and the cause. */
export const givenUp = <G extends string>(group: G): `${G}.given-up` => `${group}.given-up`;

export interface GivenUp<T = Delivery> {
  readonly message: T;
  readonly cause: string;
}

/**
 * Nest's transport over JetStream: `@EventPattern(group)` handles what the group's durables deliver. The message is acknowledged after the
 * handler; what it throws decides what becomes of the message (`settlement.ts`), so register a filter that hands errors on as they are.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  private readonly options: StrategyOptions;
  private readonly hosts = new Map<string, readonly (ConsumerHost | BatchHost)[]>();

  constructor(options: StrategyOptions) {
    super();
    this.options = options;
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      for (const [name, group] of Object.entries(this.options.groups))
        this.hosts.set(name, group.payload === 'batches' ? this.batchHosts(name, group) : [this.host(name, group)]);
    } catch (error) {
      return callback(error);
    }
    for (const host of this.all()) host.start();
    callback();
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((host) => host.stop(this.options.graceMs)));
  }

  override on(): never {
    throw new Error('the JetStream transport has no events of its own; listen to the bus');
  }

  /** The hosts of every group; none before `listen`. */
  override unwrap<T>(): T {
    return this.hosts as T;
  }

  counts(group: string): HostCounts | undefined {
    return this.hosts
      .get(group)
      ?.map(({ counts }) => counts)
      .reduce(together);
  }

  private all(): readonly (ConsumerHost | BatchHost)[] {
    return [...this.hosts.values()].flat();
  }

  private host(name: string, group: ConsumerGroup): ConsumerHost {
    const { bus, onFailure, onProblem } = this.options;
    const { payload, ...consumed } = group;
    // Looked up once: Nest normalises the pattern at every look-up.
    const handler = this.handlerOf(name);
    const givenUpHandler = this.getHandlerByPattern(givenUp(name));
    return new ConsumerHost({
      ...consumed,
      bus,
      ...(onFailure === undefined ? {} : { onFailure }),
      ...(onProblem === undefined ? {} : { onProblem }),
      handler: (message, also) => this.deliver(handler, payload, [message, ...also], (read) => read),
      onDeadLetter: async (message, cause) => {
        if (givenUpHandler !== null) await this.deliver(givenUpHandler, payload, [message], (read) => ({ message: read, cause }));
      },
    });
  }

  private batchHosts(name: string, { streams, ...group }: BatchGroup): readonly BatchHost[] {
    const handler = this.handlerOf(name);
    return streams.map((stream) => this.batchHost(name, stream, group, handler));
  }

  private batchHost(
    name: string,
    stream: string,
    { durable, batch, ackWaitMs }: Omit<BatchGroup, 'streams'>,
    handler: MessageHandler,
  ): BatchHost {
    const { bus, onFailure, onProblem } = this.options;
    return new BatchHost({
      stream,
      durable,
      batch,
      ackWaitMs,
      bus,
      ...(onFailure === undefined ? {} : { onFailure: (message, error, delayMs) => onFailure(message, error, { do: 'nak', delayMs }) }),
      ...(onProblem === undefined ? {} : { onProblem }),
      handler: (messages) =>
        this.call(
          handler,
          messages.flatMap((message) => this.eventOf(message) ?? []),
          name,
        ),
    });
  }

  private handlerOf(pattern: string): MessageHandler {
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) throw new Error(`no handler for ${pattern}`);
    return handler;
  }

  private async deliver(
    handler: MessageHandler,
    payload: ConsumerGroup['payload'],
    messages: readonly HostedMessage[],
    wrap: (read: unknown) => unknown,
  ): Promise<void> {
    const [first] = messages;
    const read = payload === 'messages' ? first : this.delivery(messages);
    if (first === undefined || read === undefined) return;
    await this.call(handler, wrap(read), first.subject);
  }

  private async call(handler: MessageHandler, data: unknown, about: string): Promise<void> {
    const result: unknown = await handler(data, new BaseRpcContext([about]));
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }

  /** Undefined when none of the messages is an event. */
  private delivery(messages: readonly HostedMessage[]): Delivery | undefined {
    const [first] = messages;
    const [event, ...also] = messages.flatMap((message) => this.eventOf(message) ?? []);
    if (first === undefined || event === undefined) return undefined;
    const { deliveries, signal } = first;
    return also.length === 0 ? { event, deliveries, signal } : { event, also, deliveries, signal };
  }

  private eventOf(message: HostedMessage): RecordedEvent | undefined {
    const event = toRecordedEvent(message);
    if (event === undefined) this.options.onDropped?.(message.subject, message.sequence);
    else if (event.body.type === 'unknown') this.options.onUnknown?.(event.envelope.type, message.sequence);
    return event;
  }
}

const together = (a: HostCounts, b: HostCounts): HostCounts => ({
  pulled: a.pulled + b.pulled,
  redelivered: a.redelivered + b.redelivered,
  acked: a.acked + b.acked,
  naked: a.naked + b.naked,
  deadLettered: a.deadLettered + b.deadLettered,
  inFlight: a.inFlight + b.inFlight,
  waiting: a.waiting + b.waiting,
});
