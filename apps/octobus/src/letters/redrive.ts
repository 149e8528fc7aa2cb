import {
  HEADER,
  PLATFORM,
  type SignedCommand,
  type Verb,
  checkCommand,
  idFromName,
  parseEventSubject,
  parseIngressSubject,
  signedCommand,
} from '@octobus/contracts';
import type { RecordedEvent } from '@octobus/event-log';
import type { StoredLetter } from '@octobus/jetstream';
import { type SubjectKey, commandPayload } from '@octobus/sealing';
import { type RedriveRefusal, ingestAgain, submitAgain } from './ask-again.ts';

/** A command on its way to INGRESS. */
export interface Sending extends SignedCommand {
  readonly verb: Verb;
  /** Id of the aggregate that it is for, as far as it is known before it is screened. */
  readonly target: string;
}

export type Redrive = { readonly send: Sending } | { readonly refused: RedriveRefusal };

/** Who asked for it, and the key by which the platform vouches for a command. */
export interface Asking {
  readonly actor: string;
  readonly doorKey: string;
  /** Whom the aggregate is about, and their key; without it the command stays in the clear. */
  readonly person?: Person;
}

export interface Person {
  readonly dataSubject: string;
  readonly key: SubjectKey | undefined;
}

/**
 * A dead command goes to INGRESS again as it was: same id, sender and signature, so that reflex executes it once however often it comes.
 * What a letter says is believed as far as its writer's account reaches: only reflex has commands.
 */
export function redriveCommand(letter: StoredLetter): Redrive {
  const { subject, headers, payload } = letter.original;
  const place = parseIngressSubject(subject);
  if (letter.service !== 'reflex' || place === undefined || place.tenant !== letter.tenant) return { refused: 'dead-letter-unknown' };
  if (headers === undefined || payload === undefined) return { refused: 'dead-letter-not-kept' };
  // Orders to the server were for the first time only.
  const head = headers.filter(([name]) => !/^nats-/i.test(name));
  if (!head.every(([name, value]) => /^[\w-]+$/.test(name) && !/[\r\n]/.test(value))) return { refused: 'dead-letter-not-kept' };
  const header = (wanted: string): string | undefined => head.find(([name]) => name.toLowerCase() === wanted)?.[1];
  // Without a signature a command of the platform's own tenant would be the platform's by its subject alone.
  if (letter.tenant === PLATFORM && header(HEADER.door) === undefined) return { refused: 'dead-letter-unknown' };
  return { send: { subject, head, payload, verb: place.verb, target: header(HEADER.subject) ?? '' } };
}

/**
 * An event that was given up on has its outcome in the log already (a failed step, a failed task, a refused document), so delivering it again changes
 * nothing. What it was about is asked for again instead: a failed task as a new task, a refused document as a new version. The new command is named after
 * the old one: however many letters there are of it, it is asked for again once.
 * `events`: of the aggregate, all that decide about it.
 */
export function redriveEvent(letter: StoredLetter, events: readonly RecordedEvent[], asking: Asking): Redrive {
  const address = parseEventSubject(letter.original.subject);
  if (address === undefined || address.tenant !== letter.tenant) return { refused: 'dead-letter-unknown' };
  const { tenant, aggregate, id } = address;
  const again =
    aggregate === 'task' ? submitAgain(events) : aggregate === 'document' ? ingestAgain(letter.original.subject, events) : undefined;
  if (again === undefined) return { refused: 'redrive-pointless' };
  if ('refused' in again) return again;
  const { verb, body, name } = again;
  if ('problems' in checkCommand(verb, body)) return { refused: 'redrive-pointless' };
  const fresh = idFromName(asking.doorKey, tenant, 'task', `redrive\n${id}\n${name}`);
  const target = verb === 'submit' ? fresh : id;
  const { actor, doorKey, person } = asking;
  const payload = commandPayload(person?.key, target, body);
  const vouched = { tenant, verb, id: fresh, target, actor, payload, dataSubject: person?.dataSubject };
  return { send: { ...signedCommand(doorKey, { ...vouched, origin: 'redrive', source: 'octobus/platform' }), verb, target } };
}
