import { registry } from '@octobus/telemetry';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { roomView } from '../limits/log-admission.ts';

/** A dependency that is down and can be done without: the gateway goes on as it was configured to. */
export const DEGRADED = 'degraded';

@Controller()
export class HealthController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Get('livez')
  @Needs('none')
  live(): unknown {
    return { status: 'ok' };
  }

  /** 503 with a word on each dependency that doesn't answer; 200 while all that does not can be done without. */
  @Get('readyz')
  @Needs('none')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const checks = await this.parts.checks();
    const states = Object.values(checks);
    const ok = states.every((state) => state === 'ok');
    void reply.code(states.every((state) => state === 'ok' || state === DEGRADED) ? 200 : 503);
    return { status: ok ? 'ok' : 'degraded', durability: this.parts.durability, checks, log: roomView(this.parts.room) };
  }

  @Get('metrics')
  @Needs('none')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const text = await registry.metrics();
    void reply.type(registry.contentType).send(text);
  }
}
