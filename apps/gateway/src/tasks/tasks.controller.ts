import { STREAMS } from '@octobus/contracts';
import { isUuid, uuidv7 } from '@octobus/kernel';
import { isEnd } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { preferredWait } from '../http/prefer.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { TASK_LIST, pageOf } from '../http/page.ts';
import { RequestFault } from '../problems/problem.ts';
import { streamTask } from './event-stream.ts';
import { submitTask } from './submit.ts';
import { readTask } from './task-reader.ts';
import { waitForEnd } from './wait-for-end.ts';

const taskId = (id: string): string => {
  if (!isUuid(id)) throw new RequestFault('task-unknown', 'there is no task with this id here');
  return id;
};

@Controller('v1/tasks')
export class TasksController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Post()
  @Needs('tasks:write')
  async submit(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const principal = principalOf(request);
    const key = request.headers['idempotency-key'];
    const submission = {
      body: request.body,
      idempotencyKey: typeof key === 'string' ? key : undefined,
      traceparent: traceparentOf(request),
    };
    const submitted = await submitTask(this.parts, principal, submission);
    void reply.header('location', `/v1/tasks/${submitted.id}`);
    const seconds = preferredWait(request);
    if (seconds !== undefined) {
      void reply.header('preference-applied', `wait=${seconds}`);
      if (await waitForEnd(this.parts, request, reply, submitted.id, seconds * 1000)) {
        void reply.code(200);
        return (await readTask(this.parts.log, principal.tenant, submitted.id)).view;
      }
    }
    void reply.code(202);
    return { ...submitted, durability: this.parts.durability };
  }

  @Get()
  @Needs('tasks:read')
  async list(@Req() request: FastifyRequest): Promise<unknown> {
    return this.parts.lists.tasks(principalOf(request).tenant, pageOf(request, TASK_LIST));
  }

  @Get(':id')
  @Needs('tasks:read')
  async get(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    return (await readTask(this.parts.log, principalOf(request).tenant, taskId(id))).view;
  }

  @Get(':id/timeline')
  @Needs('tasks:read')
  async timeline(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const { timeline, view } = await readTask(this.parts.log, principalOf(request).tenant, taskId(id));
    return { items: timeline, position: { stream: STREAMS.events, sequence: view.lastSequence } };
  }

  @Get(':id/result')
  @Needs('tasks:read')
  async result(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const { view } = await readTask(this.parts.log, principalOf(request).tenant, taskId(id));
    if (view.result === undefined) throw new RequestFault('not-found', `the task has no result; its state is "${view.state}"`);
    return { id: view.id, state: view.state, spentMicroUsd: view.spentMicroUsd, ...view.result };
  }

  @Post(':id/cancel')
  @Needs('tasks:write')
  async cancel(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    const principal = principalOf(request);
    const { view } = await readTask(this.parts.log, principal.tenant, taskId(id));
    if (isEnd(view.state)) throw new RequestFault('task-already-ended', `the task is "${view.state}"`);
    const body = { taskId: view.id, reason: 'asked over REST' };
    const command = uuidv7(this.parts.clock(), randomBytesPooled(16));
    await this.parts.door.enter(principal, {
      verb: 'cancel',
      tenant: principal.tenant,
      target: view.id,
      body,
      id: command,
      traceparent: traceparentOf(request),
    });
    void reply.code(202);
    return { id: view.id, state: view.state, cancelRequested: true };
  }

  /** Server-sent events: history after Last-Event-ID, then live, `done` last. */
  @Get(':id/events')
  @Needs('tasks:read')
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('id') id: string): Promise<void> {
    const { tenant } = principalOf(request);
    const { view } = await readTask(this.parts.log, tenant, taskId(id));
    streamTask(this.parts, request, reply, view.id);
  }
}
