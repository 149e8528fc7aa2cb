import { type MsgHdrs, type NatsConnection, type PubAck, connect, headers } from 'nats';

/** A tenant's connection as their own program opens it: the `nats` package and the URL of the credentials file, nothing of ours. */
export function openTenant(natsUrl: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(natsUrl);
  return connect({ servers: host, user: username, pass: password, maxReconnectAttempts: 5, timeout: 5_000 });
}

export const cloudEvent = (attributes: Readonly<Record<string, string>>): MsgHdrs => {
  const event = headers();
  for (const [name, value] of Object.entries({ 'ce-specversion': '1.0', 'ce-source': 'shop', ...attributes })) event.set(name, value);
  return event;
};

/** Publishes a command to a tenant's door; resolves with the acknowledgement of the stream. */
export function command(
  connection: NatsConnection,
  subject: string,
  body: unknown,
  attributes: Readonly<Record<string, string>>,
): Promise<PubAck> {
  const payload = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return connection.jetstream().publish(subject, payload, { headers: cloudEvent(attributes), timeout: 3_000 });
}
