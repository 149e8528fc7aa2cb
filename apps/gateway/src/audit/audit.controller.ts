import { AUDIT_KINDS, type AuditKind } from '@octobus/read-models';
import { formatInstant, parseInstant } from '@octobus/kernel';
import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { type ListShape, invalidParameter, queryOf, tenantAsked } from '../http/page.ts';

const SHAPE: ListShape = { allowed: ['limit', 'cursor', 'tenant', 'actor', 'kind', 'action', 'from', 'to'], most: 200, usual: 50 };

@Controller('v1/audit')
export class AuditController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  /** Who asked for what, newest first; of the tenant, for the operator of all. */
  @Get()
  @Needs('audit:read')
  search(@Req() request: FastifyRequest): Promise<unknown> {
    const { query, limit } = queryOf(request, SHAPE);
    const { cursor, tenant, actor, kind, action } = query;
    if (kind !== undefined && !(AUDIT_KINDS as readonly string[]).includes(kind))
      throw invalidParameter('kind', `is one of ${AUDIT_KINDS.join(', ')}`);
    return this.parts.lists.audit(cursor, {
      tenant: tenantAsked(principalOf(request), tenant),
      actor: short('actor', actor),
      kind: kind as AuditKind | undefined,
      action: short('action', action),
      from: moment('from', query['from']),
      to: moment('to', query['to']),
      limit,
    });
  }
}

function short(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && (value.length > 200 || value.includes('\u0000'))) throw invalidParameter(name, 'has at most 200 letters');
  return value;
}

function moment(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const at = parseInstant(value);
  if (at === undefined) throw invalidParameter(name, 'is an RFC 3339 time');
  return formatInstant(at);
}
