import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect, createInbox, headers as newHeaders } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { STREAMS, VOLATILE_BUCKETS } from '@octobus/contracts';
import { newLandscape, newStoreKey, provision, serverConfig } from '../src/provisioning/index.ts';
import type { Credentials, Landscape } from '../src/provisioning/index.ts';

/** A small landscape for tests: two arms, two tenants, everything else as it is. */
export const ARMS = ['noop', 'planner'];
export const TENANTS = ['acme', 'globex'];

export const landscapeOf = (tenants: readonly string[] = TENANTS, existing: Credentials = {}): Landscape =>
  newLandscape(ARMS, tenants, existing);

const STORE_KEY = newStoreKey();

/** Configuration for `startNats`, which itself gives address and store; the key of the store stands in the text as a variable. */
export const configOf = (landscape: Landscape): string =>
  `OCTO_STORE_KEY: "${STORE_KEY}"\n${serverConfig({ storeKey: { env: 'OCTO_STORE_KEY' }, durability: 'flushed' }, landscape)}`;

export interface Platform {
  readonly admin: JetStreamManager;
  /** One connection an account, opened when first asked for. */
  as(account: string): Promise<NatsConnection>;
  /** A connection of its own: an attack may cost it. */
  freshAs(account: string): Promise<NatsConnection>;
  close(): Promise<void>;
}

/** Provisioned streams and durables, and a way in as each account. */
export async function openPlatform(url: string, landscape: Landscape): Promise<Platform> {
  const opened: NatsConnection[] = [];
  const byAccount = new Map<string, Promise<NatsConnection>>();
  const freshAs = async (account: string): Promise<NatsConnection> => {
    const credential = landscape.credentials[account];
    if (credential === undefined) throw new Error(`no credentials for ${account}`);
    const connection = await connect({ servers: url, user: credential.user, pass: credential.password, reconnectTimeWait: 50 });
    opened.push(connection);
    return connection;
  };
  const as = (account: string): Promise<NatsConnection> => {
    const known = byAccount.get(account) ?? freshAs(account);
    byAccount.set(account, known);
    return known;
  };
  const platform = await as('PLATFORM');
  await provision(platform, { ...landscape, markers: [] });
  const admin = await jetstreamManager(platform);
  return { admin, as, freshAs, close: async () => void (await Promise.all(opened.map((connection) => connection.close()))) };
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly withinMs?: number;
}

/** The first message that comes back, whatever its subject; undefined when none does. A refusal is a message without payload and with code 503. */
export async function ask(connection: NatsConnection, subject: string, payload = '', options: AskOptions = {}): Promise<Msg | undefined> {
  const inbox = createInbox();
  const subscription = connection.subscribe(inbox, { max: 1 });
  const timer = setTimeout(() => subscription.unsubscribe(), options.withinMs ?? 400);
  connection.publish(subject, payload, { reply: inbox, ...withHeaders(options.headers) });
  try {
    for await (const message of subscription) return message;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** For publishes: the sequence under which it was stored; undefined when it was not. */
export async function store(
  connection: NatsConnection,
  subject: string,
  payload = '{}',
  options: AskOptions = {},
): Promise<number | undefined> {
  const answer = await ask(connection, subject, payload, options);
  const text = answer?.string() ?? '';
  if (!text.startsWith('{')) return undefined;
  const ack: { seq?: number; duplicate?: boolean; error?: unknown } = JSON.parse(text);
  return ack.error === undefined && ack.duplicate !== true ? ack.seq : undefined;
}

export function withHeaders(headers: Readonly<Record<string, string>> | undefined): { headers?: ReturnType<typeof newHeaders> } {
  if (headers === undefined) return {};
  const made = newHeaders();
  for (const [name, value] of Object.entries(headers)) made.set(name, value);
  return { headers: made };
}

/** Everything about streams and durables that an attack could change: settings, content, positions. */
export async function everything({ admin }: Platform): Promise<unknown> {
  return Promise.all(
    [...Object.values(STREAMS), ...Object.values(VOLATILE_BUCKETS)].toSorted().map(async (name) => {
      const { config, created, state } = await admin.streams.info(name);
      const consumers = await admin.consumers.list(name).next();
      return {
        config,
        created,
        messages: state.messages,
        first: state.first_seq,
        last: state.last_seq,
        deleted: state.num_deleted,
        consumers: consumers.map((info) => ({
          name: info.name,
          config: info.config,
          created: info.created,
          pending: info.num_ack_pending,
        })),
      };
    }),
  );
}

/** Which of these subjects hold at least one message. */
export async function held({ admin }: Platform, stream: string, subjects: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    subjects.map(async (subject) => ({ subject, ...(await admin.streams.info(stream, { subjects_filter: subject })).state })),
  );
  return found.filter(({ subjects: counts }) => Object.keys(counts ?? {}).length > 0).map(({ subject }) => subject);
}
