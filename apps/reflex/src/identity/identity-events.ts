import type { EventBody } from '@octobus/contracts';
import { PLATFORM, isReservedTenant } from '@octobus/contracts';
import { parseInstant } from '@octobus/kernel';
import { type Command, refuse } from '../ingress/command.ts';

/** Facts about a tenant: the request (its audit entry) and what follows from it, each at a fixed place. */
export interface IdentityFacts {
  /** Tenant whose identity aggregate is changed, and the aggregate's id. */
  readonly tenant: string;
  readonly id: string;
  readonly request: EventBody;
  readonly facts: readonly { readonly facet: string; readonly body: EventBody }[];
}

/** Faults (not retryable): `command-forbidden` when a tenant's account asks for what only the platform may. */
export function identityFacts(command: Command): IdentityFacts {
  switch (command.verb) {
    case 'create-tenant':
      return createTenant(command as Command<'create-tenant'>);
    case 'create-key':
      return createKey(command as Command<'create-key'>);
    case 'revoke-key':
      return revokeKey(command as Command<'revoke-key'>);
    case 'open-session':
      return openSession(command as Command<'open-session'>);
    default:
      throw refuse('command-malformed', `${command.verb} is not about identity`);
  }
}

/** The platform's own token can't name an aggregate. */
const RESERVED = 'platform';
const aggregateOf = (tenant: string): string => (tenant === PLATFORM ? RESERVED : tenant);

function createTenant({ tenant, id, body }: Command<'create-tenant'>): IdentityFacts {
  if (tenant !== PLATFORM) throw refuse('command-forbidden', 'only the platform creates tenants');
  if (isReservedTenant(body.name)) throw refuse('command-invalid', '/name is reserved');
  return {
    tenant: body.name,
    id: body.name,
    request: { type: 'identity.tenant-requested.v1', data: { commandId: id, name: body.name } },
    facts: [{ facet: 'flow.tenant', body: { type: 'identity.tenant-created.v1', data: { name: body.name } } }],
  };
}

function createKey({ tenant, id, actor, body }: Command<'create-key'>): IdentityFacts {
  if (body.scopes.includes('platform') && tenant !== PLATFORM)
    throw refuse('command-forbidden', 'only keys of the platform have the scope "platform"');
  if (body.expiresAt !== undefined && parseInstant(body.expiresAt) === undefined)
    throw refuse('command-invalid', '/expiresAt is not an RFC 3339 time');
  const key = {
    keyId: body.keyId,
    secretDigest: body.secretDigest,
    owner: body.owner ?? actor,
    scopes: [...body.scopes],
    ...(body.expiresAt === undefined ? {} : { expiresAt: body.expiresAt }),
    ...(body.label === undefined ? {} : { label: body.label }),
  };
  return {
    tenant,
    id: aggregateOf(tenant),
    request: { type: 'identity.key-requested.v1', data: { commandId: id, ...key } },
    facts: [{ facet: `flow.key.${body.keyId}.created`, body: { type: 'identity.key-created.v1', data: key } }],
  };
}

const revokeKey = ({ tenant, id, body }: Command<'revoke-key'>): IdentityFacts => ({
  tenant,
  id: aggregateOf(tenant),
  request: { type: 'identity.key-revocation-requested.v1', data: { commandId: id, keyId: body.keyId } },
  facts: [{ facet: `flow.key.${body.keyId}.revoked`, body: { type: 'identity.key-revoked.v1', data: { keyId: body.keyId } } }],
});

/** The gateway has given out the link; here it is recorded. */
function openSession({ tenant, id, body, signed }: Command<'open-session'>): IdentityFacts {
  if (!signed) throw refuse('command-forbidden', 'only the gateway opens sessions');
  const request: EventBody = { type: 'identity.session-requested.v1', data: { commandId: id, keyId: body.keyId } };
  return { tenant, id: aggregateOf(tenant), request, facts: [] };
}
