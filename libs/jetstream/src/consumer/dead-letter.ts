import { createHash } from 'node:crypto';
import { deadLetterSubject, HEADER, isTenantToken, parseIngressSubject, PLATFORM } from '@octobus/contracts';
import { formatInstant, instantOf, isToken } from '@octobus/kernel';
import type { NatsConnection } from '@nats-io/transport-node';
import { BUS_FAULTS } from '../faults.ts';
import { fromApiError } from '../from-nats-error.ts';
import { publishAcked } from '../publish-acked.ts';
import { type Head, Replies } from '../replies.ts';
import { retrying } from '../retrying.ts';

/** Headers of a dead letter besides the attributes of the message itself. Values are percent-encoded. */
export const DEAD_LETTER_HEADER = {
  subject: 'octo-dead-subject',
  stream: 'octo-dead-stream',
  sequence: 'octo-dead-sequence',
  /** When the message was stored, RFC 3339. */
  time: 'octo-dead-time',
  deliveries: 'octo-dead-deliveries',
  cause: 'octo-dead-cause',
  /** SHA-256 of the payload, hex: as it is kept, where it is. */
  digest: 'octo-dead-digest',
  /** All headers as they were sent: base64url of JSON, a list of names and values. Absent when they were too large to keep. */
  headers: 'octo-dead-headers',
  /** "kept" when the payload of this message is that of the dead one. */
  payload: 'octo-dead-payload',
} as const;

export interface DeadLetter {
  readonly service: string;
  readonly stream: string;
  readonly subject: string;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  readonly deliveries: number;
  /** Code of the fault, `defect`, or `deliveries-exhausted`. */
  readonly cause: string;
  readonly data: Uint8Array;
  readonly header: (name: string) => string | undefined;
  /** Every header as it was sent, and the payload with it: for what is gone from its stream once it was given up on. Without: nothing of it. */
  readonly keep?: {
    readonly headers: readonly (readonly [string, string])[];
    readonly payload: boolean;
    /** What is kept in the payload's place: the same, sealed. */
    readonly as?: Uint8Array;
  };
}

/** Attributes that a letter shows under their own names. */
export const LETTER_ATTRIBUTES = [
  HEADER.id,
  HEADER.type,
  HEADER.source,
  HEADER.time,
  HEADER.subject,
  HEADER.correlation,
  HEADER.actor,
  HEADER.traceparent,
  HEADER.dataSubject,
] as const;
/** Of an attribute, and of all headers together. */
const MOST_VALUE = 256;
const MOST_HEADERS = 8_192;
/** The largest command that is taken at all is smaller. */
const MOST_PAYLOAD = 600_000;
const CODES = { unavailable: BUS_FAULTS.deadLetterUnavailable, refused: BUS_FAULTS.deadLetterUnavailable };

/** Resolves when the dead letter is stored. Fault `dead-letter-unavailable`. */
export async function buryMessage(connection: NatsConnection, letter: DeadLetter): Promise<void> {
  const subject = deadLetterSubjectOf(letter);
  const kept = letter.keep?.payload === true ? (letter.keep.as ?? letter.data) : undefined;
  const payload = kept !== undefined && letter.data.length <= MOST_PAYLOAD ? kept : undefined;
  const head = headOfLetter(letter, payload);
  await retrying({ tries: 3, codes: CODES }, async () => {
    const ack = await publishAcked(Replies.of(connection), subject, payload ?? '', 2_000, head);
    if ('error' in ack) throw fromApiError(ack.error, CODES);
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

function headOfLetter(letter: DeadLetter, kept: Uint8Array | undefined): Head {
  const head: [string, string][] = [
    [DEAD_LETTER_HEADER.subject, encodeValue(letter.subject)],
    [DEAD_LETTER_HEADER.stream, letter.stream],
    [DEAD_LETTER_HEADER.sequence, String(letter.sequence)],
    [DEAD_LETTER_HEADER.time, formatInstant(instantOf(letter.storedAt))],
    [DEAD_LETTER_HEADER.deliveries, String(letter.deliveries)],
    [DEAD_LETTER_HEADER.cause, encodeValue(letter.cause)],
    [
      DEAD_LETTER_HEADER.digest,
      createHash('sha256')
        .update(kept ?? letter.data)
        .digest('hex'),
    ],
  ];
  const headers = letter.keep && encodeHeaders(letter.keep.headers);
  if (headers !== undefined) head.push([DEAD_LETTER_HEADER.headers, headers]);
  if (kept !== undefined) head.push([DEAD_LETTER_HEADER.payload, 'kept']);
  for (const name of LETTER_ATTRIBUTES) {
    const value = letter.header(name);
    if (value !== undefined) head.push([name, encodeValue(value)]);
  }
  return head;
}

/** Undefined when they are too large to keep. */
function encodeHeaders(headers: readonly (readonly [string, string])[]): string | undefined {
  const encoded = Buffer.from(JSON.stringify(headers)).toString('base64url');
  return encoded.length <= MOST_HEADERS ? encoded : undefined;
}

/** Undefined for what `encodeHeaders` did not write. */
export function decodeHeaders(encoded: string): readonly (readonly [string, string])[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return Array.isArray(value) && value.every(isPair) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');

/**
 * As the NATS binding of CloudEvents 1.0.2 (section 3.1.3.2) writes header values: printable ASCII stays, but `"` and `%`; everything else, spaces and
 * line breaks among it, is the percent-encoded UTF-8. A value of the sender's making can't end its line.
 */
export const encodeValue = (text: string): string =>
  text
    .slice(0, MOST_VALUE)
    .replace(/[^!#$&-~]/gu, (letter) =>
      Buffer.from(letter).reduce((hex, byte) => `${hex}%${byte.toString(16).padStart(2, '0').toUpperCase()}`, ''),
    );

export const decodeValue = (encoded: string): string => {
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length; i++) {
    const hex = encoded[i] === '%' ? encoded.slice(i + 1, i + 3) : '';
    if (/^[0-9A-Fa-f]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else bytes.push(...Buffer.from(encoded[i] ?? ''));
  }
  return Buffer.from(bytes).toString();
};
