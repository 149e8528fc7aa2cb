import { Fault, isFault } from '@octobus/kernel';
import { type Msg, MsgHdrsImpl } from '@nats-io/transport-node';
import type { Bus } from '../connect.ts';
import { BUS_FAULTS } from '../faults.ts';
import { fromNatsError } from '../from-nats-error.ts';
import { headersOf } from '../header-block.ts';

/** An answer on the wire: the value, or the fault as data. */
type Answer =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly code: string;
        readonly retryable: boolean;
        readonly message: string;
        readonly details?: Readonly<Record<string, string | number | boolean>>;
      };
    };

export interface Question<Q = unknown> {
  /** As it was sent: parsed, not validated. */
  readonly body: Q;
  readonly subject: string;
  readonly header: (name: string) => string | undefined;
}

export interface ServeOptions {
  /** Questions answered at one time; further ones are told to come later. 64. */
  readonly concurrency?: number;
  /** Told of what is no fault: a defect of the handler. */
  readonly onDefect?: (error: unknown, subject: string) => void;
}

export interface Serving {
  /** Takes no more questions and waits for those at work. */
  close(): Promise<void>;
}

const CODES = { unavailable: BUS_FAULTS.queryUnavailable, refused: BUS_FAULTS.queryInvalid };

const invalid = (message: string, cause?: unknown): Fault => new Fault(BUS_FAULTS.queryInvalid, { retryable: false, message, cause });

/** Answers questions that change nothing. Instances of one service share them. A fault of the handler reaches the asker as it is, a defect as `defect`. */
export function serve<Q = unknown>(
  bus: Bus,
  subject: string,
  handler: (question: Question<Q>) => Promise<unknown>,
  options: ServeOptions = {},
): Serving {
  const atWork = new Set<Promise<void>>();
  const answer = async (message: Msg): Promise<void> => {
    if (atWork.size >= (options.concurrency ?? 64))
      throw new Fault(CODES.unavailable, { retryable: true, message: 'too many questions at a time' });
    respond(message, { value: (await handler(questionOf<Q>(message))) ?? null });
  };
  const take = (message: Msg): void => {
    const run: Promise<void> = answer(message)
      .catch((error: unknown) => {
        if (!isFault(error)) options.onDefect?.(error, message.subject);
        respond(message, errorAnswer(error));
      })
      .finally(() => atWork.delete(run));
    atWork.add(run);
  };
  const callback = (error: Error | null, message: Msg): void => {
    if (error === null) take(message);
  };
  const subscription = bus.connection.subscribe(subject, { queue: subject.replaceAll(/[*>]/g, 'all'), callback });
  return {
    close: async () => {
      if (bus.connected) await subscription.drain().catch(() => undefined);
      else subscription.unsubscribe();
      await Promise.all(atWork);
    },
  };
}

/** Faults: those of the one who answers; `query-unavailable` (retryable) when nobody does in time; `query-invalid`. */
export async function ask<T>(
  bus: Bus,
  subject: string,
  body: unknown,
  timeoutMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const answer = parse(await request(bus, subject, body, timeoutMs, headers)) as Partial<Answer> | null;
  if (typeof answer !== 'object' || answer === null) throw invalid('the answer is no object');
  if ('error' in answer && answer.error !== undefined) throw new Fault(answer.error.code, answer.error);
  if (!('value' in answer)) throw invalid('the answer has neither value nor error');
  return answer.value as T;
}

async function request(bus: Bus, subject: string, body: unknown, timeout: number, pairs: Readonly<Record<string, string>>): Promise<Msg> {
  try {
    const headers = MsgHdrsImpl.fromRecord(Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, [value]])));
    return await bus.connection.request(subject, JSON.stringify(body), { timeout, headers });
  } catch (error) {
    throw fromNatsError(error, CODES);
  }
}

const questionOf = <Q>(message: Msg): Question<Q> => {
  const headers = headersOf(message);
  return { body: parse(message) as Q, subject: message.subject, header: (name) => headers.any(name) };
};

function parse(message: Msg): unknown {
  try {
    return message.json();
  } catch (error) {
    throw invalid('not JSON', error);
  }
}

const errorAnswer = (error: unknown): Answer => {
  if (!isFault(error)) return { error: { code: 'defect', retryable: false, message: 'the service that was asked failed' } };
  const { code, retryable, message, details } = error;
  return { error: { code, retryable, message, details } };
};

/** What is too large for one message becomes an error the asker can read. */
function respond(message: Msg, answer: Answer): void {
  try {
    message.respond(JSON.stringify(answer));
  } catch (error) {
    if ('value' in answer) respond(message, errorAnswer(invalid('the answer is too large for one message', error)));
  }
}
