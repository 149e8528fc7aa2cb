import { PLATFORM, type Scope, checkCommand, isReservedTenant } from '@octobus/contracts';
import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import type { Principal } from '../auth/principal.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { sayDurability } from '../http/say-durability.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';
import { tenantExists } from './tenants.ts';
import { wantedKey } from './wanted-key.ts';

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
    const wanted = wantedKey(request.body, this.parts.clock());
    const tenant = await this.tenantOf(principal, wanted.tenant);
    const { keyId, scopes } = wanted.command;
    refuseBeyond(principal, tenant, scopes);
    await this.parts.door.enter(principal, {
      verb: 'create-key',
      tenant,
      target: tenant,
      body: wanted.command,
      traceparent: traceparentOf(request),
    });
    sayDurability(reply, this.parts);
    void reply.code(202);
    return { keyId, key: wanted.text, tenant, scopes };
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
    const tenant = await this.tenantOf(principal, (request.query as { tenant?: unknown }).tenant);
    const { items } = await this.parts.lists.keys(tenant);
    if (!items.some((key) => key.keyId === id)) throw new RequestFault('not-found', 'there is no such key here');
    await this.parts.door.enter(principal, {
      verb: 'revoke-key',
      tenant,
      target: tenant,
      body: { keyId: id },
      traceparent: traceparentOf(request),
    });
    sayDurability(reply, this.parts);
    void reply.code(202);
    return { keyId: id, revoked: true };
  }

  @Post('tenants')
  @Needs('platform')
  async createTenant(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const checked = checkCommand('create-tenant', request.body);
    if ('problems' in checked) throw new RequestFault('command-invalid', 'the tenant has an invalid field', { errors: checked.problems });
    const { name } = checked.value;
    if (isReservedTenant(name)) throw new RequestFault('name-taken', 'this name is reserved');
    if (await tenantExists(this.parts.log, name)) throw new RequestFault('name-taken', 'there is a tenant of this name already');
    if (await this.parts.lists.tenantExists(name)) throw new RequestFault('name-taken', 'there is a tenant of this name');
    await this.parts.door.enter(principalOf(request), {
      verb: 'create-tenant',
      tenant: PLATFORM,
      target: name,
      body: checked.value,
      traceparent: traceparentOf(request),
    });
    sayDurability(reply, this.parts);
    void reply.code(202);
    return { name };
  }

  /** A one-time link for the page; good for five minutes. */
  @Post('sessions')
  @Needs('any')
  async session(@Req() request: FastifyRequest): Promise<unknown> {
    const principal = principalOf(request);
    const { tenant, keyId } = principal;
    const traceparent = traceparentOf(request);
    // Recorded before it is given out.
    await this.parts.door.enter(principal, { verb: 'open-session', tenant, target: tenant, body: { keyId }, traceparent });
    const code = await this.parts.sessions.link(principal);
    return { path: `/signin?code=${code}`, expiresInSeconds: 300 };
  }

  /** A key of the platform may act for any tenant that exists; everybody else for their own. */
  private async tenantOf(principal: Principal, wanted: unknown): Promise<string> {
    if (wanted === undefined || wanted === principal.tenant) return principal.tenant;
    if (!principal.scopes.includes('platform') || typeof wanted !== 'string')
      throw new RequestFault('forbidden', 'only keys of the platform act for other tenants');
    if (!(await tenantExists(this.parts.log, wanted))) throw new RequestFault('not-found', 'there is no such tenant');
    return wanted;
  }
}

/** Nobody gives more than they have, and the platform's scope stays with the platform. */
function refuseBeyond(principal: Principal, tenant: string, scopes: readonly Scope[]): void {
  const has = (scope: Scope): boolean =>
    principal.scopes.includes(scope) || (scope !== 'platform' && principal.scopes.includes('platform'));
  if (!scopes.every(has)) throw new RequestFault('forbidden', 'a key can not be given scopes that its maker lacks');
  if (scopes.includes('platform') && tenant !== PLATFORM)
    throw new RequestFault('forbidden', 'only keys of the platform have the scope "platform"');
}
