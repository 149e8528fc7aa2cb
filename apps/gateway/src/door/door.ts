import { type Commands, HEADER, type Verb, ingressSubject, signAtDoor, subjectToken } from '@octobus/contracts';
import { type Instant, uuidv7 } from '@octobus/kernel';
import { type Sealing, type SubjectKey, commandPayload } from '@octobus/sealing';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';

/** Publishes to a stream and answers when it is durable. Faults: `log-unavailable`, `ingress-full`. */
export type PublishCommand = (subject: string, headers: readonly (readonly [string, string])[], payload: Uint8Array) => Promise<void>;

export interface Entering<V extends Verb> {
  readonly verb: V;
  readonly tenant: string;
  /** Id of the aggregate it is for. */
  readonly target: string;
  readonly body: Commands[V];
  /** ce-id; made up when absent. */
  readonly id?: string;
  readonly traceparent: string | undefined;
}

/** Whose content a command brings, and their key; undefined where nothing is sealed. */
export interface Person {
  /** Token of the data subject. */
  readonly dataSubject: string;
  readonly key: SubjectKey | undefined;
}

/** Commands that bring content; all others hold clear facts only. */
const SEALED: ReadonlySet<Verb> = new Set(['submit', 'ingest', 'create-schedule']);

/** The door for commands over HTTP: seals what is content, signs what the gateway vouches for, and hands it to INGRESS. */
export class Door {
  private readonly publish: PublishCommand;
  private readonly key: string;
  private readonly clock: () => Instant;
  private readonly sealing: Sealing;
  /** Throws when such commands are not let in now; for those who do work before they enter. */
  readonly admit: (verb: Verb) => void;

  constructor(publish: PublishCommand, key: string, clock: () => Instant, sealing: Sealing, admit: (verb: Verb) => void = () => undefined) {
    this.publish = publish;
    this.key = key;
    this.clock = clock;
    this.sealing = sealing;
    this.admit = admit;
  }

  /** The person whom a command of this caller is about: itself unless it names another. Faults: `subject-erased`, `vault-unavailable`. */
  async person(principal: Pick<Principal, 'actor'>, tenant: string, name: string = principal.actor): Promise<Person> {
    const dataSubject = subjectToken(this.key, tenant, name);
    return { dataSubject, key: await this.sealing.key({ tenant, subject: dataSubject }) };
  }

  /** Durable in INGRESS when it resolves; gives the command's ce-id. Faults: those of `person`. */
  async enter<V extends Verb>(principal: Pick<Principal, 'actor' | 'origin'>, command: Entering<V>): Promise<string> {
    this.admit(command.verb);
    const id = command.id ?? uuidv7(this.clock(), randomBytesPooled(16));
    const subject = ingressSubject(command.tenant, command.verb);
    const person = SEALED.has(command.verb) ? await this.person(principal, command.tenant, nameIn(command.body)) : undefined;
    const payload = commandPayload(person?.key, command.target, command.body);
    const { actor, origin } = principal;
    const claim = { subject, id, actor, target: command.target, origin, payload };
    const headers: [string, string][] = [
      [HEADER.specVersion, '1.0'],
      [HEADER.id, id],
      [HEADER.type, `octobus.${command.verb}.v1`],
      [HEADER.source, 'octobus/gateway'],
      [HEADER.subject, command.target],
      [HEADER.actor, actor],
      [HEADER.origin, origin],
      [HEADER.door, signAtDoor(this.key, claim)],
    ];
    if (person !== undefined) headers.push([HEADER.dataSubject, person.dataSubject]);
    if (command.traceparent !== undefined) headers.push([HEADER.traceparent, command.traceparent]);
    await this.publish(subject, headers, payload);
    return id;
  }
}

/** What the tenant calls the person whom a command is about; a schedule is about whom its tasks are about. */
const nameIn = (body: Commands[Verb]): string | undefined =>
  ('task' in body ? body.task : (body as { readonly dataSubject?: string })).dataSubject;
