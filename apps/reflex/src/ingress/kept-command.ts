import { parseIngressSubject, subjectToken } from '@octobus/contracts';
import { isFault } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing, seal, sealedCommand } from '@octobus/sealing';
import { objectIn, personNamedIn } from './command.ts';

/** A command that is given up on. */
export interface GivenUpCommand {
  readonly subject: string;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** Commands that hold no content of a person but what names them, or a reason. */
const WITH_CONTENT = ['submit', 'ingest', 'create-schedule'];

/** What a sealed payload of a dead letter is `for`: opened, it is the payload byte for byte. */
export const letterOf = (sequence: number): string => `letter-${sequence}`;

/**
 * What a dead letter keeps of a command: sealed as it was by the gateway, or, when it came in the clear, sealed now. Undefined: nothing, for of whom it
 * is can't be said, or they were erased. Fault `vault-unavailable`.
 */
export async function keptCommand(
  { subject, sequence, data }: GivenUpCommand,
  sealing: Sealing,
  doorKey: string,
): Promise<Uint8Array | undefined> {
  const place = parseIngressSubject(subject);
  if (place === undefined) return undefined;
  const { tenant, verb } = place;
  if (!WITH_CONTENT.includes(verb) || sealedCommand(data) !== undefined) return data;
  const body = objectIn(data);
  if (body === undefined) return undefined;
  const name = personNamedIn(body);
  const person = { tenant, subject: subjectToken(doorKey, tenant, typeof name === 'string' ? name : `nats:${tenant}`) };
  try {
    const key = await sealing.key(person);
    return key === undefined ? data : Buffer.from(JSON.stringify({ sealed: seal(key, { id: letterOf(sequence) }, data) }), 'latin1');
  } catch (error) {
    if (isFault(error, SEALING_FAULTS.erased)) return undefined;
    throw error;
  }
}
