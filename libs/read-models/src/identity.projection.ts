import { PLATFORM } from '@octobus/contracts';
import type { BodyOf, FoldableEvent, Projection, RowChange } from './projection.ts';
import { text, texts, timeOf, timeOrNull } from './values.ts';

/** Id of the platform's own aggregate: its tenant token, `_`, can not be one. */
const PLATFORM_ID = 'platform';

/** Tenants and their API keys. A tenant's aggregate has the tenant's name as its id; one under any other tenant is not believed. */
export const identityProjection: Projection = {
  name: 'identity',
  version: 1,
  handles: ['identity.tenant-created.v1', 'identity.key-created.v1', 'identity.key-revoked.v1'],
  fold(event) {
    const { body, address } = event;
    if (address.id !== (address.tenant === PLATFORM ? PLATFORM_ID : address.tenant)) return [];
    switch (body.type) {
      case 'identity.tenant-created.v1':
        return [tenantCreated(event)];
      case 'identity.key-created.v1':
        return [keyCreated(event, body)];
      case 'identity.key-revoked.v1':
        return [{ table: 'api_keys', key: keyOf(event), onlyIf: [unrevoked(event)], set: { revoked_at: timeOf(event.storedAt) } }];
      default:
        return [];
    }
  },
};

/** `flow.key.<key>.created` and `.revoked` */
const keyOf = (event: FoldableEvent) => ({ tenant: event.address.tenant, key_id: event.address.facet[2] ?? '' });

const unrevoked = (event: FoldableEvent) => ({ table: 'api_keys', key: keyOf(event), has: { revoked_at: [null] } }) as const;

function tenantCreated(event: FoldableEvent): RowChange {
  const key = { name: event.address.tenant };
  return { table: 'tenants', key, insert: { ...key, created_at: timeOf(event.storedAt), first_sequence: event.sequence } };
}

function keyCreated(event: FoldableEvent, { data }: BodyOf<'identity.key-created.v1'>): RowChange {
  const key = keyOf(event);
  const row = {
    ...key,
    secret_digest: text(data.secretDigest, 64),
    owner: text(data.owner),
    scopes: texts(data.scopes),
    label: text(data.label, 100),
    created_at: timeOf(event.storedAt),
    expires_at: expiry(event, data.expiresAt),
    revoked_at: null,
  };
  return { table: 'api_keys', key, insert: row };
}

/** A time that can't be read must not make a key live for ever. */
function expiry(event: FoldableEvent, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return timeOrNull(value) ?? timeOf(event.storedAt);
}
