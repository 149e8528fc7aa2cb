import { describe, expect, it } from '@jest/globals';
import { type EventBody, PLATFORM, aggregatePrefix } from '@octobus/contracts';
import { rowsIn, rowsOf } from './testing/folded-rows.ts';
import { recorded } from './testing/generated-history.ts';

const created = (digest: string, expiresAt?: string): EventBody => ({
  type: 'identity.key-created.v1',
  data: { keyId: 'k1', secretDigest: digest, owner: 'o', scopes: ['tasks:read'], ...(expiresAt === undefined ? {} : { expiresAt }) },
});
const revoked: EventBody = { type: 'identity.key-revoked.v1', data: { keyId: 'k1' } };
const place = (body: EventBody) => (body.type === 'identity.key-created.v1' ? 'flow.key.k1.created' : 'flow.key.k1.revoked');
const keysUnder = (tenant: string, id: string, ...bodies: readonly EventBody[]) => {
  const prefix = aggregatePrefix({ tenant, aggregate: 'identity', id });
  return rowsIn(rowsOf(bodies.map((body, i) => recorded(prefix, { facet: place(body), body }, i + 1))), 'api_keys');
};

const keysAfter = (...bodies: readonly EventBody[]) => keysUnder('acme', 'acme', ...bodies);

describe('an API key', () => {
  const key = { key_id: 'k1', secret_digest: 'aa', scopes: ['tasks:read'], revoked_at: null, expires_at: null };

  it('belongs to the tenant in whose aggregate it was made', () => {
    expect(keysAfter(created('aa'))).toMatchObject([{ tenant: 'acme', ...key }]);
  });

  it('of the platform belongs to the platform', () => {
    expect(keysUnder(PLATFORM, 'platform', created('aa'))).toMatchObject([{ tenant: PLATFORM, ...key }]);
  });

  it('can not be made in the name of another tenant', () => {
    expect(keysUnder('globex', 'acme', created('aa'))).toEqual([]);
    expect(keysUnder(PLATFORM, 'acme', created('aa'))).toEqual([]);
  });

  it('keeps the secret it was made with', () => {
    expect(keysAfter(created('aa'), created('bb'))).toMatchObject([{ secret_digest: 'aa' }]);
  });

  it('is revoked for good, at the time of the first revocation', () => {
    const first = '2026-01-05T08:00:00.006Z';
    expect(keysAfter(created('aa'), revoked, revoked)).toMatchObject([{ revoked_at: first }]);
    expect(keysAfter(created('aa'), revoked, created('aa'))).toMatchObject([{ revoked_at: first }]);
  });

  it('with an expiry that can not be read has expired already', () => {
    expect(keysAfter(created('aa', 'tomorrow'))).toMatchObject([{ expires_at: '2026-01-05T08:00:00.003Z' }]);
  });
});
