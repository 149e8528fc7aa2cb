import { PLATFORM, SCOPES, checkCommand } from '@octobus/contracts';
import { isToken } from '@octobus/kernel';
import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mintKey } from '../auth/api-key.ts';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import type { Principal } from '../auth/principal.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';

const DEFAULT_SCOPES = SCOPES.filter((scope) => scope !== 'platform' && scope !== 'keys:write');

@Controller('v1')
export class KeysController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  /** The secret stands in this answer and nowhere else. */
  @Post('keys')
  @Needs('keys:write')
  async create(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const principal = principalOf(request);
    const wanted = (request.body ?? {}) as { scopes?: unknown; label?: unknown; expiresAt?: unknown; tenant?: unknown };
    const tenant = tenantOf(principal, wanted.tenant);
    if (tenant !== principal.tenant && !(await this.parts.lists.tenantExists(tenant)))
      throw new RequestFault('not-found', 'there is no such tenant');
    const key = mintKey();
    const { tenant: _tenant, ...rest } = wanted;
    const body = { scopes: DEFAULT_SCOPES, ...rest, keyId: key.keyId, secretDigest: key.digest, owner: `key:${key.keyId}` };
    const checked = checkCommand('create-key', body);
    if ('problems' in checked) throw new RequestFault('command-invalid', 'the key has an invalid field', { errors: checked.problems });
    const beyond = checked.value.scopes.filter((scope) => !principal.scopes.includes(scope) && !principal.scopes.includes('platform'));
    if (beyond.length > 0) throw new RequestFault('forbidden', 'a key can not be given scopes that its maker lacks');
    await this.parts.door.enter(principal, {
      verb: 'create-key',
      tenant,
      target: tenant,
      body: checked.value,
      traceparent: traceparentOf(request),
    });
    void reply.code(202);
    return { keyId: key.keyId, key: key.text, tenant, scopes: checked.value.scopes };
  }

  @Get('keys')
  @Needs('keys:write')
  list(@Req() request: FastifyRequest): Promise<unknown> {
    return this.parts.lists.keys(principalOf(request).tenant);
  }

  @Delete('keys/:id')
  @Needs('keys:write')
  async revoke(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    const principal = principalOf(request);
    const tenant = tenantOf(principal, (request.query as { tenant?: unknown }).tenant);
    const { items } = await this.parts.lists.keys(tenant);
    if (!items.some((key) => key.keyId === id)) throw new RequestFault('not-found', 'there is no such key here');
    await this.parts.door.enter(principal, {
      verb: 'revoke-key',
      tenant,
      target: tenant,
      body: { keyId: id },
      traceparent: traceparentOf(request),
    });
    void reply.code(202);
    return { keyId: id, revoked: true };
  }

  @Post('tenants')
  @Needs('platform')
  async createTenant(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const checked = checkCommand('create-tenant', request.body);
    if ('problems' in checked) throw new RequestFault('command-invalid', 'the tenant has an invalid field', { errors: checked.problems });
    const { name } = checked.value;
    if (await this.parts.lists.tenantExists(name)) throw new RequestFault('name-taken', 'there is a tenant of this name');
    await this.parts.door.enter(principalOf(request), {
      verb: 'create-tenant',
      tenant: PLATFORM,
      target: name,
      body: checked.value,
      traceparent: traceparentOf(request),
    });
    void reply.code(202);
    return { name };
  }

  /** A one-time link for the page; good for five minutes. */
  @Post('sessions')
  @Needs('any')
  async session(@Req() request: FastifyRequest): Promise<unknown> {
    const code = await this.parts.sessions.link(principalOf(request));
    return { path: `/signin?code=${code}`, expiresInSeconds: 300 };
  }
}

/** A key of the platform may act for a tenant; everybody else for their own. */
function tenantOf(principal: Principal, wanted: unknown): string {
  if (wanted === undefined || wanted === principal.tenant) return principal.tenant;
  if (!principal.scopes.includes('platform') || typeof wanted !== 'string' || !isToken(wanted)) {
    throw new RequestFault('forbidden', 'only keys of the platform act for other tenants');
  }
  return wanted;
}
