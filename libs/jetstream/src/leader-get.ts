import type { StoredMessage } from '@octobus/event-log';
import { Fault } from '@octobus/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import { type ApiError, type FaultCodes, fromApiError } from './from-nats-error.ts';
import { HeaderBlock } from './header-block.ts';
import { retrying } from './retrying.ts';

/** Body of `$JS.API.STREAM.MSG.GET.<stream>`. */
export type LeaderGet = { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj: string };

interface Answer {
  /** `hdrs` and `data` in base64. */
  readonly message?: {
    readonly subject: string;
    readonly seq: number;
    readonly hdrs?: string;
    readonly data?: string;
    readonly time: string;
  };
  readonly error?: ApiError;
}

const TIMEOUT_MS = 5_000;
const TRIES = 4;

/**
 * One message as the leader of the stream has it: a server that answers direct gets may be behind. Undefined: it has none. For the account that owns the
 * streams. Faults of `codes`, also when the stream is not there.
 */
export const leaderGet = (
  connection: NatsConnection,
  stream: string,
  request: LeaderGet,
  codes: FaultCodes,
): Promise<StoredMessage | undefined> =>
  retrying({ tries: TRIES, codes }, async () => {
    const reply = await connection.request(`$JS.API.STREAM.MSG.GET.${stream}`, JSON.stringify(request), { timeout: TIMEOUT_MS });
    const { message, error } = reply.json<Answer>();
    if (error !== undefined) {
      if (isNoMessage(error)) return undefined;
      throw fromApiError(error, codes);
    }
    if (message === undefined) throw new Fault(codes.unavailable, { retryable: true, message: 'the answer to a get can not be read' });
    const headers = new HeaderBlock(Buffer.from(message.hdrs ?? '', 'base64').toString('utf8'));
    return {
      subject: message.subject,
      sequence: message.seq,
      storedAt: Date.parse(message.time),
      header: (name) => headers.first(name),
      data: Buffer.from(message.data ?? '', 'base64'),
    };
  });

/** 10037 "no message found" (nats-server 2.15); a stream that is missing is another error. */
const isNoMessage = ({ err_code }: ApiError): boolean => err_code === 10037;

export interface StreamNow {
  readonly lastSequence: number;
  /** The clock of the server that answers, milliseconds since 1970. */
  readonly now: number;
}

interface Info {
  readonly state?: { readonly last_seq: number };
  readonly ts?: string;
  readonly error?: ApiError;
}

/** How far a stream has come, as its leader says; what is gone by now counts, too. Faults as of `leaderGet`. */
export const streamNow = (connection: NatsConnection, stream: string, codes: FaultCodes): Promise<StreamNow> =>
  retrying({ tries: TRIES, codes }, async () => {
    const answer = await connection.request(`$JS.API.STREAM.INFO.${stream}`, '', { timeout: TIMEOUT_MS });
    const { state, ts = '', error } = answer.json<Info>();
    if (state === undefined) throw fromApiError(error ?? { code: 500 }, codes);
    return { lastSequence: state.last_seq, now: Date.parse(ts) };
  });
