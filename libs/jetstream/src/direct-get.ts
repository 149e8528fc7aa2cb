import type { StoredMessage } from '@octobus/event-log';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { type FaultCodes, fromApiError } from './from-nats-error.ts';
import type { HeaderBlock } from './header-block.ts';
import { Replies } from './replies.ts';

/** Body of `$JS.API.DIRECT.GET.<stream>`. */
export type DirectGet =
  | { readonly last_by_subj: string }
  | { readonly multi_last: readonly string[] }
  | { readonly seq: number; readonly batch: number; readonly max_bytes: number; readonly next_by_subj: string }
  | { readonly start_time: string; readonly batch: number; readonly max_bytes: number; readonly next_by_subj: string };

export interface DirectAnswer {
  readonly messages: readonly StoredMessage[];
  /** Messages behind these under the filter. */
  readonly remaining: number;
  /** Last sequence of the stream that a `multi_last` has seen. */
  readonly upTo: number;
  /** More subjects than one `multi_last` may answer (1,024). */
  readonly tooMany: boolean;
}

const NOTHING: DirectAnswer = { messages: [], remaining: 0, upTo: 0, tooMany: false };

/** Requests whose stored messages come straight from a stream, without a consumer. */
export class DirectGets {
  private readonly replies: Replies;
  private readonly subject: string;
  private readonly timeoutMs: number;
  private readonly codes: FaultCodes;

  constructor(connection: NatsConnection, stream: string, timeoutMs: number, codes: FaultCodes) {
    this.replies = Replies.of(connection);
    this.subject = `$JS.API.DIRECT.GET.${stream}`;
    this.timeoutMs = timeoutMs;
    this.codes = codes;
  }

  /** The last message of one literal subject, by the request that names it in its own subject (the one arms may send). */
  async lastOf(subject: string): Promise<StoredMessage | undefined> {
    const message = await this.one(`${this.subject}.${subject}`, '');
    return message?.subject === subject ? message : undefined;
  }

  /** The last message under a filter, by the same request: whoever may send it for the filter may. */
  lastMatching(filter: string): Promise<StoredMessage | undefined> {
    return this.one(`${this.subject}.${filter}`, '');
  }

  async lastUnder(filter: string): Promise<StoredMessage | undefined> {
    return this.one(this.subject, JSON.stringify({ last_by_subj: filter } satisfies DirectGet));
  }

  async many(request: DirectGet): Promise<DirectAnswer> {
    const messages: StoredMessage[] = [];
    let answer = NOTHING;
    await this.replies.request(this.subject, JSON.stringify(request), this.timeoutMs, (message, headers) => {
      const stored = storedMessage(message, headers);
      if (stored !== undefined) {
        messages.push(stored);
        return false;
      }
      answer = this.endOf(headers, messages);
      return true;
    });
    return answer;
  }

  private endOf(headers: HeaderBlock, messages: readonly StoredMessage[]): DirectAnswer {
    if (headers.status === 404) return NOTHING;
    if (headers.status === 413) return { ...NOTHING, tooMany: true };
    if (headers.status !== 204) throw this.failure(headers);
    const number = (name: string): number => Number(headers.last(name) ?? 0);
    return { messages, remaining: number('Nats-Num-Pending'), upTo: number('Nats-UpTo-Sequence'), tooMany: false };
  }

  private async one(subject: string, body: string): Promise<StoredMessage | undefined> {
    let found: StoredMessage | undefined;
    await this.replies.request(subject, body, this.timeoutMs, (message, headers) => {
      found = storedMessage(message, headers);
      if (found === undefined && headers.status !== 404) throw this.failure(headers);
      return true;
    });
    return found;
  }

  private failure = (headers: HeaderBlock): Error =>
    fromApiError({ code: headers.status || 503, description: headers.description }, this.codes);
}

/** Only the server's own lines count: a writer may have sent `Nats-Sequence` and even a status line of its own, which are stored before them. */
function storedMessage(message: Msg, headers: HeaderBlock): StoredMessage | undefined {
  const subject = headers.last('Nats-Subject');
  const sequence = headers.last('Nats-Sequence');
  // "No responders" names a subject as well, that of the request (nats-server 2.15).
  if (subject === undefined || sequence === undefined) return undefined;
  return {
    subject,
    sequence: Number(sequence),
    storedAt: Date.parse(headers.last('Nats-Time-Stamp') ?? ''),
    header: (name) => headers.first(name),
    data: message.data,
  };
}
