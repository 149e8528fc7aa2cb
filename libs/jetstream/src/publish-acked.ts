import { errors } from '@nats-io/transport-node';
import type { ApiError } from './from-nats-error.ts';
import type { Head, Replies } from './replies.ts';

/** What JetStream answers to a message that was published to a stream. */
export type PubAck = { readonly sequence: number } | { readonly error: ApiError };

interface WireAck {
  readonly seq?: number;
  readonly error?: ApiError;
}

const TEXT = new TextDecoder();

/** Publishes and waits for the stream's answer. Rejects with what the client makes of silence (TimeoutError) and of nobody there (NoRespondersError). */
export async function publishAcked(
  replies: Replies,
  subject: string,
  payload: string | Uint8Array,
  timeoutMs: number,
  head?: Head,
): Promise<PubAck> {
  let answer: PubAck | undefined;
  await replies.request(
    subject,
    payload,
    timeoutMs,
    (message, headers) => {
      if (headers.status === 503 && message.data.length === 0) throw new errors.NoRespondersError(subject);
      const { seq, error } = JSON.parse(TEXT.decode(message.data)) as WireAck;
      answer = error === undefined && seq !== undefined ? { sequence: seq } : { error: error ?? { code: 500 } };
      return true;
    },
    head,
  );
  return answer ?? { error: { code: 500 } };
}
