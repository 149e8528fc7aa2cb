import { type Verb } from '@octobus/contracts';
import { uuidv7 } from '@octobus/kernel';
import { randomBytesPooled } from '@octobus/telemetry';
import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { createSchedule } from './create-schedule.ts';
import { listSchedules, readSchedule } from './schedule-reader.ts';

type Change = Extract<Verb, 'pause-schedule' | 'resume-schedule' | 'delete-schedule'>;

@Controller('v1/schedules')
export class SchedulesController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Post()
  @Needs('tasks:write')
  async create(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const key = request.headers['idempotency-key'];
    const created = await createSchedule(this.parts, principalOf(request), {
      body: request.body,
      idempotencyKey: typeof key === 'string' ? key : undefined,
      traceparent: traceparentOf(request),
    });
    void reply.code(202).header('location', `/v1/schedules/${created.id}`);
    return { ...created, durability: this.parts.durability };
  }

  @Get()
  @Needs('tasks:read')
  async list(@Req() request: FastifyRequest): Promise<unknown> {
    return { items: await listSchedules(this.parts.log, principalOf(request).tenant) };
  }

  @Get(':id')
  @Needs('tasks:read')
  get(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    return readSchedule(this.parts, principalOf(request).tenant, id);
  }

  @Post(':id/pause')
  @Needs('tasks:write')
  pause(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    return this.change('pause-schedule', request, reply, id);
  }

  @Post(':id/resume')
  @Needs('tasks:write')
  resume(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    return this.change('resume-schedule', request, reply, id);
  }

  @Delete(':id')
  @Needs('tasks:write')
  delete(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    return this.change('delete-schedule', request, reply, id);
  }

  /** Durable when it answers; the schedule follows within milliseconds. What is so already stays so. */
  private async change(verb: Change, request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const principal = principalOf(request);
    const { state } = await readSchedule(this.parts, principal.tenant, id);
    await this.parts.door.enter(principal, {
      verb,
      tenant: principal.tenant,
      target: id,
      body: { scheduleId: id },
      id: uuidv7(this.parts.clock(), randomBytesPooled(16)),
      traceparent: traceparentOf(request),
    });
    void reply.code(202);
    return { id, state, requested: verb.slice(0, verb.indexOf('-')) };
  }
}
