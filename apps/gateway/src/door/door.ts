import { type Commands, HEADER, type Verb, ingressSubject, signAtDoor } from '@octobus/contracts';
import { type Instant, uuidv7 } from '@octobus/kernel';
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

/** The door for commands over HTTP: signs what the gateway vouches for and hands it to INGRESS. */
export class Door {
  private readonly publish: PublishCommand;
  private readonly key: string;
  private readonly clock: () => Instant;
  /** Throws when such commands are not let in now; for those who do work before they enter. */
  readonly admit: (verb: Verb) => void;

  constructor(publish: PublishCommand, key: string, clock: () => Instant, admit: (verb: Verb) => void = () => undefined) {
    this.publish = publish;
    this.key = key;
    this.clock = clock;
    this.admit = admit;
  }

  /** Durable in INGRESS when it resolves; gives the command's ce-id. */
  async enter<V extends Verb>(principal: Pick<Principal, 'actor' | 'origin'>, command: Entering<V>): Promise<string> {
    this.admit(command.verb);
    const id = command.id ?? uuidv7(this.clock(), randomBytesPooled(16));
    const subject = ingressSubject(command.tenant, command.verb);
    const payload = Buffer.from(JSON.stringify(command.body), 'utf8');
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
    if (command.traceparent !== undefined) headers.push([HEADER.traceparent, command.traceparent]);
    await this.publish(subject, headers, payload);
    return id;
  }
}
