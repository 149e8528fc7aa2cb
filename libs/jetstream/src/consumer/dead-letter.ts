import { createHash } from 'node:crypto';
import { deadLetterSubject, HEADER, isTenantToken, parseIngressSubject, PLATFORM } from '@octobus/contracts';
import { Fault, isToken } from '@octobus/kernel';
import { MsgHdrsImpl, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { BUS_FAULTS } from '../faults.ts';
import { type ApiError, fromApiError } from '../from-nats-error.ts';
import { retrying } from '../retrying.ts';

/** Headers of a dead letter besides the attributes of the message itself. The payload stays where it is, or is gone. */
export const DEAD_LETTER_HEADER = {
  subject: 'octo-dead-subject',
  stream: 'octo-dead-stream',
  sequence: 'octo-dead-sequence',
  deliveries: 'octo-dead-deliveries',
  cause: 'octo-dead-cause',
  /** SHA-256 of the payload, hex. */
  digest: 'octo-dead-digest',
} as const;

export interface DeadLetter {
  readonly service: string;
  readonly stream: string;
  readonly subject: string;
  readonly sequence: number;
  readonly deliveries: number;
  /** Code of the fault, `defect`, or `deliveries-exhausted`. */
  readonly cause: string;
  readonly data: Uint8Array;
  readonly header: (name: string) => string | undefined;
}

const KEPT = [HEADER.id, HEADER.type, HEADER.source, HEADER.time, HEADER.subject, HEADER.correlation, HEADER.actor, HEADER.traceparent];
const CODES = { unavailable: BUS_FAULTS.deadLetterUnavailable, refused: BUS_FAULTS.deadLetterUnavailable };

/** Resolves when the dead letter is stored. Fault `dead-letter-unavailable`. */
export async function buryMessage(connection: NatsConnection, letter: DeadLetter): Promise<void> {
  const subject = deadLetterSubjectOf(letter);
  const headers = headersOfLetter(letter);
  await retrying({ tries: 3, codes: CODES }, async () => {
    const answer = await connection.request(subject, '', { timeout: 2_000, headers });
    const ack = answer.json<{ readonly seq?: number; readonly error?: ApiError }>();
    if (ack.error !== undefined) throw fromApiError(ack.error, CODES);
    if (ack.seq === undefined) throw new Fault(CODES.unavailable, { retryable: true, message: 'the dead letter was not acknowledged' });
  });
}

/** `dlq.<service>.<tenant>.<aggregate>.<id>`; of a command `dlq.<service>.<tenant>.command.<sequence>`; what can't be named is the platform's. */
export function deadLetterSubjectOf({ service, subject, sequence }: Pick<DeadLetter, 'service' | 'subject' | 'sequence'>): string {
  const command = parseIngressSubject(subject);
  if (command !== undefined) return deadLetterSubject(service, command.tenant, 'command', String(sequence));
  const [head, , tenant, aggregate, id] = subject.split('.');
  if (head === 'evt' && isTenant(tenant) && aggregate !== undefined && isToken(aggregate) && id !== undefined && isToken(id)) {
    return deadLetterSubject(service, tenant, aggregate, id);
  }
  const sender = head === 'ingress' && isTenant(subject.split('.')[1]) ? (subject.split('.')[1] ?? PLATFORM) : PLATFORM;
  return deadLetterSubject(service, sender, 'unknown', String(sequence));
}

const isTenant = (token: string | undefined): token is string => token !== undefined && isTenantToken(token);

function headersOfLetter(letter: DeadLetter): MsgHdrs {
  const headers: Record<string, string[]> = {
    [DEAD_LETTER_HEADER.subject]: [clean(letter.subject)],
    [DEAD_LETTER_HEADER.stream]: [letter.stream],
    [DEAD_LETTER_HEADER.sequence]: [String(letter.sequence)],
    [DEAD_LETTER_HEADER.deliveries]: [String(letter.deliveries)],
    [DEAD_LETTER_HEADER.cause]: [clean(letter.cause)],
    [DEAD_LETTER_HEADER.digest]: [createHash('sha256').update(letter.data).digest('hex')],
  };
  for (const name of KEPT) {
    const value = letter.header(name);
    if (value !== undefined) headers[name] = [clean(value)];
  }
  return MsgHdrsImpl.fromRecord(headers);
}

const clean = (text: string): string => text.slice(0, 256).replace(/[^\x20-\x7e]/g, '?');
