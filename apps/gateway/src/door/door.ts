import {
  type Commands,
  type PublishCommand,
  type Verb,
  bringsContent,
  personNamedIn,
  signedCommand,
  subjectToken,
} from '@octobus/contracts';
import { type Instant, uuidv7 } from '@octobus/kernel';
import { type Sealing, type SubjectKey, commandPayload } from '@octobus/sealing';
import { randomBytesPooled } from '@octobus/telemetry';
import type { Principal } from '../auth/principal.ts';

export interface Entering<V extends Verb> {
  readonly verb: V;
  readonly tenant: string;
  /** Id of the aggregate it is for. */
  readonly target: string;
  readonly body: Commands[V];
  /** ce-id; made up when absent. */
  readonly id?: string;
  readonly traceparent: string | undefined;
  /** Whom it is about, when that was asked before. */
  readonly person?: Person;
}

/** Whose content a command brings, and their key; undefined where nothing is sealed. */
export interface Person {
  /** Token of the data subject. */
  readonly dataSubject: string;
  readonly key: SubjectKey | undefined;
}

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
    const { tenant, verb, target, body, traceparent } = command;
    const person = bringsContent(verb) ? (command.person ?? (await this.person(principal, tenant, personNamedIn(body)))) : undefined;
    const payload = commandPayload(person?.key, target, body);
    const { actor, origin } = principal;
    const vouched = { tenant, verb, id, target, actor, origin, payload, dataSubject: person?.dataSubject, traceparent };
    const signed = signedCommand(this.key, { ...vouched, source: 'octobus/gateway' });
    await this.publish(signed.subject, signed.head, signed.payload);
    return id;
  }
}
