import { describe, expect, it } from '@jest/globals';
import type { Verb } from '@octobus/contracts';
import { DOOR_KEY, published, signed } from '../../test/ingress-message.ts';
import { readCommand } from '../ingress/command.ts';
import { identityFacts } from './identity-events.ts';

const digest = 'ab'.repeat(32);
const key = { keyId: 'k9', secretDigest: digest, scopes: ['tasks:read'] };
const facts = (verb: Verb, body: unknown, tenant: string) =>
  identityFacts(readCommand(signed(verb, body, { tenant, id: 'c-9' }), DOOR_KEY));

describe('a command about identity', () => {
  it('creates a tenant for the platform alone', () => {
    expect(facts('create-tenant', { name: 'acme' }, '_')).toEqual({
      tenant: 'acme',
      id: 'acme',
      request: { type: 'identity.tenant-requested.v1', data: { commandId: 'c-9', name: 'acme' } },
      facts: [{ facet: 'flow.tenant', body: { type: 'identity.tenant-created.v1', data: { name: 'acme' } } }],
    });
    for (const message of [signed('create-tenant', { name: 'evil' }), published('create-tenant', { name: 'evil' })]) {
      expect(() => identityFacts(readCommand(message, DOOR_KEY))).toThrow(expect.objectContaining({ code: 'command-forbidden' }));
    }
  });

  it('takes no tenant whose name is kept for the platform or for a replay', () => {
    for (const name of ['platform', 'acme-replay-1'])
      expect(() => facts('create-tenant', { name }, '_')).toThrow(expect.objectContaining({ code: 'command-invalid' }));
  });

  it('creates a key of the tenant it came from, owned by its maker unless it says otherwise', () => {
    const made = facts('create-key', { ...key, label: 'ci' }, 'acme');
    expect(made).toMatchObject({ tenant: 'acme', id: 'acme', request: { data: { commandId: 'c-9', owner: 'key:k1' } } });
    expect(made.facts).toEqual([
      {
        facet: 'flow.key.k9.created',
        body: { type: 'identity.key-created.v1', data: { ...key, owner: 'key:k1', label: 'ci' } },
      },
    ]);
    expect(facts('create-key', { ...key, owner: 'u7' }, 'acme').facts[0]?.body.data).toMatchObject({ owner: 'u7' });
  });

  it('gives the scope of the platform to nobody else', () => {
    const scopes = { ...key, scopes: ['platform'] };
    expect(() => facts('create-key', scopes, 'acme')).toThrow(expect.objectContaining({ code: 'command-forbidden' }));
    expect(facts('create-key', scopes, '_')).toMatchObject({ tenant: '_', id: 'platform' });
  });

  it('revokes a key of the tenant it came from', () => {
    expect(facts('revoke-key', { keyId: 'k9' }, 'acme')).toMatchObject({
      tenant: 'acme',
      facts: [{ facet: 'flow.key.k9.revoked', body: { data: { keyId: 'k9' } } }],
    });
  });
});
