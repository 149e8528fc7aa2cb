import { HEADER, STREAMS, type Verb, parseIngressSubject } from '@octobus/contracts';
import type { StoredMessage } from '@octobus/event-log';
import type { NatsConnection } from '@nats-io/transport-node';
import { DEAD_LETTER_HEADER, decodeValue } from '../consumer/dead-letter.ts';
import { BUS_FAULTS } from '../faults.ts';
import { leaderGet, streamNow } from '../leader-get.ts';

const CODES = { unavailable: BUS_FAULTS.waitingUnavailable, refused: BUS_FAULTS.waitingRefused };
/** Commands whose events name content. */
const NAMING: readonly Verb[] = ['ingest'];
const MOST_ROUNDS = 5;

/** A command that waits, told by the tenant and its id. */
export const commandName = (tenant: string, command: string): string => `${tenant} ${command}`;

/**
 * Tells of every command that waits and may name content: in INGRESS, or as a dead letter that can be redriven. A command goes from one place to the
 * other and is never in none, so one look at each may miss it on its way; here a look counts only if nobody died meanwhile. False: it never did.
 */
export async function eachWaiting(connection: NatsConnection, seen: (name: string) => void): Promise<boolean> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { lastSequence } = await streamNow(connection, STREAMS.deadLetters, CODES);
    for await (const letter of under(connection, STREAMS.deadLetters, 'dlq.reflex.>')) tell(inLetter(letter), seen);
    for (const verb of NAMING)
      for await (const command of under(connection, STREAMS.ingress, `ingress.*.${verb}`)) tell(inIngress(command), seen);
    if ((await streamNow(connection, STREAMS.deadLetters, CODES)).lastSequence === lastSequence) return true;
  }
  return false;
}

const tell = (name: string | undefined, seen: (name: string) => void): void => {
  if (name !== undefined) seen(name);
};

function inIngress({ subject, header }: StoredMessage): string | undefined {
  const tenant = parseIngressSubject(subject)?.tenant;
  return tenant === undefined ? undefined : commandName(tenant, header(HEADER.id) ?? '');
}

/** A letter without its payload can't be redriven: it names nothing. */
function inLetter({ header }: StoredMessage): string | undefined {
  if (header(DEAD_LETTER_HEADER.payload) !== 'kept') return undefined;
  const place = parseIngressSubject(decodeValue(header(DEAD_LETTER_HEADER.subject) ?? ''));
  return place === undefined ? undefined : commandName(place.tenant, decodeValue(header(HEADER.id) ?? ''));
}

async function* under(connection: NatsConnection, stream: string, filter: string): AsyncIterable<StoredMessage> {
  for (let seq = 1; ;) {
    const message = await leaderGet(connection, stream, { seq, next_by_subj: filter }, CODES);
    if (message === undefined) return;
    seq = message.sequence + 1;
    yield message;
  }
}
