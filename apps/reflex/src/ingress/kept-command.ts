import { type Verb, bringsContent, parseIngressSubject, personNamedIn, subjectToken } from '@octobus/contracts';
import { isFault, isUuid } from '@octobus/kernel';
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
  /** Token of the person whom a task is about, as the log says. */
  readonly personOfTask: (tenant: string, task: string) => Promise<string | undefined>;
  /** Whether the log takes new work: a full one takes no key of a person either, so that of the account has to do, of which there is one. */
  readonly roomFor: (verb: Verb) => boolean;
}

/**
 * What a dead letter keeps of a command: sealed as it was by the gateway, or, when it came in the clear, sealed now. Undefined: nothing, for of whom it
 * is can't be said, or they were erased. Faults: `vault-unavailable`, `log-unavailable`.
 */
export async function keptCommand({ subject, data }: GivenUpCommand, keeping: Keeping): Promise<Uint8Array | undefined> {
  const { sealing, doorKey, roomFor } = keeping;
  const place = parseIngressSubject(subject);
  if (place === undefined) return undefined;
  const { tenant, verb } = place;
  if (!speaks(verb) || sealedCommand(data) !== undefined) return data;
  const body = objectIn(data);
  if (body === undefined) return undefined;
  if (saysNothing(verb, body)) return data;
  const account = subjectToken(doorKey, tenant, `nats:${tenant}`);
  const person = (await personIn(verb, tenant, body, keeping)) ?? account;
  const sealedBy = roomFor(verb) ? person : account;
  try {
    const key = await sealing.key({ tenant, subject: sealedBy });
    return key === undefined ? data : Buffer.from(JSON.stringify({ sealed: seal(key, { id: letterOf(person) }, data) }), 'latin1');
  } catch (error) {
    if (isFault(error, SEALING_FAULTS.erased)) return undefined;
    throw error;
  }
}

/** Commands that bring what people have written, or name one. All others hold clear facts only. */
const speaks = (verb: Verb): boolean => bringsContent(verb) || verb === 'cancel' || verb === 'erase';

/** A cancel without a reason, an erasure by a token. */
const saysNothing = (verb: Verb, body: object): boolean =>
  (verb === 'cancel' && !('reason' in body)) || (verb === 'erase' && !('subject' in body));

/** Token of whom the command is about. Undefined: it doesn't say, so it is about the account that sent it. */
async function personIn(verb: Verb, tenant: string, body: object, { doorKey, personOfTask }: Keeping): Promise<string | undefined> {
  if (verb === 'cancel') {
    const { taskId } = body as { readonly taskId?: unknown };
    return typeof taskId === 'string' && isUuid(taskId) ? personOfTask(tenant, taskId) : undefined;
  }
  const name = verb === 'erase' ? (body as { readonly subject?: unknown }).subject : personNamedIn(body);
  return typeof name === 'string' ? subjectToken(doorKey, tenant, name) : undefined;
}
