import { type CallOrigin, HEADER, type Verb, ingressSubject, signedCommand } from '@octobus/contracts';
import type { IngressMessage } from '../src/ingress/command.ts';

export const DOOR_KEY = 'a door key of the test';

export interface MessageOptions {
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const messageOf = (subject: string, payload: Uint8Array, headers: Readonly<Record<string, string>>): IngressMessage => ({
  subject,
  payload,
  header: (name) => headers[name],
});

/** A CloudEvent as a tenant publishes it over NATS. */
export function published(verb: Verb, body: unknown, { tenant = 'acme', headers = {} }: MessageOptions = {}): IngressMessage {
  const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return messageOf(ingressSubject(tenant, verb), payload, { [HEADER.id]: 'c-1', [HEADER.source]: 'shop', ...headers });
}

export interface Vouched extends MessageOptions {
  readonly id?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly key?: string;
  readonly origin?: CallOrigin;
}

/** What the gateway makes of a request: it vouches for actor and target. */
export function signed(verb: Verb, body: unknown, options: Vouched = {}): IngressMessage {
  const {
    tenant = 'acme',
    id = 'c-1',
    actor = 'key:k1',
    target = '0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3',
    key = DOOR_KEY,
    origin,
  } = options;
  const payload = Buffer.from(JSON.stringify(body));
  const { subject, head } = signedCommand(key, { tenant, verb, id, target, actor, origin, payload, source: 'octobus/gateway' });
  return messageOf(subject, payload, { ...Object.fromEntries(head), ...options.headers });
}
