import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, principalOf } from './auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from './gateway-parts.ts';

@Controller('v1/usage')
export class UsageController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  /** What models have cost, by hour and model, in the last seven days. */
  @Get()
  @Needs('tasks:read')
  list(@Req() request: FastifyRequest): Promise<unknown> {
    return this.parts.lists.usage(principalOf(request).tenant);
  }
}
