import { signAtDoor } from './door.ts';
import { HEADER, type CallOrigin } from './envelope.ts';
import { type Verb, ingressSubject } from './subjects.ts';

/** What is vouched for, of which payload, and what else its headers say. */
export interface Vouched {
  readonly tenant: string;
  readonly verb: Verb;
  /** ce-id. */
  readonly id: string;
  /** Id of the aggregate that it is for. */
  readonly target: string;
  readonly actor: string;
  /** Absent: told by the key. */
  readonly origin?: CallOrigin | undefined;
  /** Who publishes it: `octobus/<service>`. */
  readonly source: string;
  /** As of `commandPayload`. */
  readonly payload: Uint8Array;
  /** Token of the person with whose key the payload is sealed. */
  readonly dataSubject?: string | undefined;
  /** ce-id of the event that led to it. */
  readonly causation?: string | undefined;
  readonly traceparent?: string | undefined;
}

/** A command as it is published to INGRESS. */
export interface SignedCommand {
  readonly subject: string;
  readonly head: readonly (readonly [string, string])[];
  readonly payload: Uint8Array;
}

/** Publishes to a stream and resolves when it is durable there. Faults: `log-unavailable`, `ingress-full`, both retryable. */
export type PublishCommand = (subject: string, head: SignedCommand['head'], payload: Uint8Array) => Promise<unknown>;

/** The only place where a command's headers are made; `key`: the door key, or one derived from it that reflex knows. */
export function signedCommand(key: string, vouched: Vouched): SignedCommand {
  const { tenant, verb, id, target, actor, origin, payload, dataSubject, causation, traceparent } = vouched;
  const subject = ingressSubject(tenant, verb);
  const head: [string, string][] = [
    [HEADER.specVersion, '1.0'],
    [HEADER.id, id],
    [HEADER.type, `octobus.${verb}.v1`],
    [HEADER.source, vouched.source],
    [HEADER.subject, target],
    [HEADER.actor, actor],
    [HEADER.door, signAtDoor(key, { subject, id, actor, target, origin, payload })],
  ];
  if (origin !== undefined) head.push([HEADER.origin, origin]);
  if (causation !== undefined) head.push([HEADER.causation, causation]);
  if (dataSubject !== undefined) head.push([HEADER.dataSubject, dataSubject]);
  if (traceparent !== undefined) head.push([HEADER.traceparent, traceparent]);
  return { subject, head, payload };
}
