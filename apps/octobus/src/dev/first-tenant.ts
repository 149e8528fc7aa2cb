import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PLATFORM, SCOPES, type Verb, signedCommand } from '@octobus/contracts';
import { Fault, instantOf, uuidv7 } from '@octobus/kernel';
import { publishTo } from '@octobus/jetstream';
import { until } from '@octobus/stack';
import { Client } from '../client/client.ts';
import type { Credentials } from '../client/credentials.ts';
import { isRecord, readKept, writeJson } from './folder.ts';
import type { EmbeddedNats } from './nats.ts';

/** The tenant that every stack has, so that the first command works. */
export const FIRST_TENANT = 'default';

export interface FirstTenantOptions {
  readonly nats: EmbeddedNats;
  readonly folder: string;
  readonly doorKey: string;
  readonly url: string;
  readonly tenants: { ready(tenant: string): Promise<void> };
  readonly signal: AbortSignal;
  warn(message: string): void;
}

interface Kept {
  readonly tenantKey: string;
  readonly operatorKey: string;
}

/** Makes tenant and keys at the first start, by commands through INGRESS like any other; writes `.octo/credentials` and `.octo/operator` at every start. */
export async function firstTenant(options: FirstTenantOptions): Promise<Credentials> {
  const { folder, nats, url, signal } = options;
  const file = join(folder, 'keys.json');
  let kept = readKeys(options, file);
  if (kept === undefined) {
    kept = { tenantKey: newKey(), operatorKey: newKey() };
    await command(options, PLATFORM, 'create-tenant', { name: FIRST_TENANT });
    await command(
      options,
      FIRST_TENANT,
      'create-key',
      keyBody(
        kept.tenantKey,
        SCOPES.filter((scope) => scope !== 'platform'),
        'first key',
      ),
    );
    await command(options, PLATFORM, 'create-key', keyBody(kept.operatorKey, [...SCOPES], 'operator'));
    writeJson(file, kept);
  }
  let live = false;
  void options.tenants.ready(FIRST_TENANT).then(() => (live = true));
  if ((await until(() => live, { withinMs: READY_WITHIN_MS, signal })) !== true) throw notReady('the first tenant has no NATS account');
  for (const key of [kept.tenantKey, kept.operatorKey]) await usable(url, key, signal);
  const credentials = { tenant: FIRST_TENANT, url, apiKey: kept.tenantKey, natsUrl: nats.tenantUrl(FIRST_TENANT) };
  writeJson(join(folder, 'credentials'), credentials);
  writeJson(join(folder, 'operator'), { tenant: PLATFORM, url, apiKey: kept.operatorKey });
  return credentials;
}

const READY_WITHIN_MS = 15_000;

const notReady = (what: string): Fault =>
  new Fault('services-not-ready', {
    retryable: true,
    message: `${what} after ${READY_WITHIN_MS / 1000} s: look into the logs of the state folder, or run \`npx octobus doctor\``,
  });

const isKey = (value: unknown): boolean => typeof value === 'string' && /^octo_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/.test(value);

function readKeys({ warn }: FirstTenantOptions, file: string): Kept | undefined {
  return readKept({
    file,
    fits: (value): value is Kept => isRecord(value) && isKey(value['tenantKey']) && isKey(value['operatorKey']),
    onBroken: (aside) =>
      warn(`the first keys could not be read and are now ${aside}; new ones are made, the old ones stay valid until revoked`),
  });
}

const newKey = (): string => `octo_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('base64url')}`;

function keyBody(key: string, scopes: readonly string[], label: string): object {
  const [, keyId = '', ...secret] = key.split('_');
  return { keyId, secretDigest: createHash('sha256').update(secret.join('_')).digest('hex'), scopes, owner: `key:${keyId}`, label };
}

/** The platform's own command, signed like the gateway's. */
async function command({ nats, doorKey }: FirstTenantOptions, tenant: string, verb: Verb, body: object): Promise<void> {
  const id = uuidv7(instantOf(Date.now()), randomBytes(16));
  const payload = Buffer.from(JSON.stringify(body));
  const vouched = { tenant, verb, id, target: tenant, actor: 'operator', payload };
  const signed = signedCommand(doorKey, { ...vouched, origin: 'platform', source: 'octobus/dev' });
  await publishTo(nats.admin, signed.subject, signed.head, signed.payload);
}

/** A key works as soon as the read models have it. */
async function usable(url: string, key: string, signal: AbortSignal): Promise<void> {
  const client = new Client(url, key);
  const answered = await until(() => client.json('GET', '/v1/agents').catch(() => undefined), { withinMs: READY_WITHIN_MS, signal });
  signal.throwIfAborted();
  if (answered === undefined) throw notReady('the first key is not accepted');
}
