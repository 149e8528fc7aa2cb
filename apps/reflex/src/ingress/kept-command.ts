import { type Verb, bringsContent, parseIngressSubject, personNamedIn, subjectToken } from '@octobus/contracts';
import { isFault } from '@octobus/kernel';
import { SEALING_FAULTS, type Sealing, seal, sealedCommand } from '@octobus/sealing';
import { objectIn } from './command.ts';

/** A command that is given up on. */
export interface GivenUpCommand {
  readonly subject: string;
  readonly data: Uint8Array;
}

/** What a sealed payload of a dead letter is `for`, with the token of whom it is about: opened, it is the payload byte for byte. */
export const letterOf = (person: string): string => `letter-${person.replaceAll('-', '')}`;

export interface Keeping {
  readonly sealing: Sealing;
  readonly doorKey: string;
  /** Whether the log takes new work: a full one takes no key of a person either, so that of the account has to do, of which there is one. */
  readonly roomFor: (verb: Verb) => boolean;
}

/**
 * What a dead letter keeps of a command: sealed as it was by the gateway, or, when it came in the clear, sealed now. Undefined: nothing, for of whom it
 * is can't be said, or they were erased. Fault `vault-unavailable`.
 */
export async function keptCommand({ subject, data }: GivenUpCommand, keeping: Keeping): Promise<Uint8Array | undefined> {
  const { sealing, doorKey, roomFor } = keeping;
  const place = parseIngressSubject(subject);
  if (place === undefined) return undefined;
  const { tenant, verb } = place;
  if (!bringsContent(verb) || sealedCommand(data) !== undefined) return data;
  const body = objectIn(data);
  if (body === undefined) return undefined;
  const name = personNamedIn(body);
  const account = `nats:${tenant}`;
  const person = subjectToken(doorKey, tenant, typeof name === 'string' ? name : account);
  const sealedBy = roomFor(verb) ? person : subjectToken(doorKey, tenant, account);
  try {
    const key = await sealing.key({ tenant, subject: sealedBy });
    return key === undefined ? data : Buffer.from(JSON.stringify({ sealed: seal(key, { id: letterOf(person) }, data) }), 'latin1');
  } catch (error) {
    if (isFault(error, SEALING_FAULTS.erased)) return undefined;
    throw error;
  }
}
