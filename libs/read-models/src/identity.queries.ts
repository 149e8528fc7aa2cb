import { withPostgresFaults } from '@octobus/postgres';
import { type Answer, type ReadModels, answer } from './answer.queries.ts';
import type { ApiKeyRow, TenantRow } from './tables.ts';

/** A key without what it is checked by. */
export type ListedApiKey = Omit<ApiKeyRow, 'secret_digest'>;

/**
 * The key a caller shows at the door, where nobody knows yet whose it is. Ids are chosen by tenants and may be taken twice, so the secret's digest
 * decides. Revoked and expired keys are given too: the caller checks `revoked_at` and `expires_at`.
 */
export async function findApiKey(db: ReadModels, keyId: string, secretDigest: string): Promise<Answer<ApiKeyRow>> {
  return answer(db, () =>
    db.selectFrom('api_keys').selectAll().where('key_id', '=', keyId).where('secret_digest', '=', secretDigest).execute(),
  );
}

const LISTED = ['tenant', 'key_id', 'owner', 'scopes', 'label', 'created_at', 'expires_at', 'revoked_at'] as const;

/** All keys of a tenant, oldest first, without their digests. */
export const listApiKeys = (db: ReadModels, tenant: string): Promise<Answer<ListedApiKey>> =>
  answer(db, () => db.selectFrom('api_keys').select(LISTED).where('tenant', '=', tenant).orderBy('created_at').orderBy('key_id').execute());

/** Undefined when the platform has no such tenant. */
export const findTenant = (db: ReadModels, name: string): Promise<TenantRow | undefined> =>
  withPostgresFaults(() => db.selectFrom('tenants').selectAll().where('name', '=', name).executeTakeFirst());
