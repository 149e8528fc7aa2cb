import { taskPrefix } from '@octobus/contracts';
import { isUuid, uuidv7 } from '@octobus/kernel';
import { isEnd } from '@octobus/task';
import { randomBytesPooled } from '@octobus/telemetry';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { preferredWait } from '../http/prefer.ts';
import { sayDurability } from '../http/say-durability.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { TASK_LIST, pageOf } from '../http/page.ts';
import type { AwaitedEnd } from '../live/task-ends.ts';
import type { GuardMark } from '../output/shown-output.ts';
import { RequestFault } from '../problems/problem.ts';
import { streamTask } from './event-stream.ts';
import { replayTask } from './task-replay.ts';
import { type Submitted, submitTask } from './submit.ts';
import { readTask } from './task-reader.ts';
import { waitForEnd } from './wait-for-end.ts';

const taskId = (id: string): string => {
  if (!isUuid(id)) throw new RequestFault('task-unknown', 'there is no task with this id here');
  return id;
};

/** The only parameter of a replay. */
function atOf(request: FastifyRequest): string | undefined {
  const { at, ...others } = request.query as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined || (at !== undefined && typeof at !== 'string')) {
    const pointer = `?${(other ?? 'at').slice(0, 40)}`;
    throw new RequestFault('command-invalid', 'a replay has one parameter, "at"', { errors: [{ pointer, message: 'is not valid here' }] });
  }
  return at;
}

const blocked = ({ policyVersion, findings }: GuardMark): RequestFault =>
  new RequestFault(
    'output-blocked',
    `the result is not let out, by policy version ${policyVersion}: ${findings.map(({ check, kind }) => `${check} (${kind})`).join(', ')}`,
  );

const placeOf = ({ id }: Submitted): string => `/v1/tasks/${id}`;

@Controller('v1/tasks')
export class TasksController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Post()
  @Needs('tasks:write')
  async submit(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const seconds = preferredWait(request);
    if (seconds === undefined) return this.accepted(reply, await this.enter(request));
    let end: AwaitedEnd | undefined;
    const { tenant } = principalOf(request);
    try {
      const submitted = await this.enter(request, (id) => (end = this.parts.ends.wait(tenant, id)));
      void reply.header('preference-applied', `wait=${seconds}`);
      if (submitted.repeated) await end?.lookUp();
      const sequence = end && (await waitForEnd(this.parts, request, reply, end, seconds * 1000));
      if (sequence === undefined) return this.accepted(reply, submitted);
      sayDurability(reply, this.parts);
      void reply.code(200).header('location', placeOf(submitted));
      return (await this.shown(tenant, submitted.id, sequence)).view;
    } finally {
      end?.stop();
    }
  }

  private enter(request: FastifyRequest, onMinted: (id: string) => void = () => undefined): Promise<Submitted> {
    const key = request.headers['idempotency-key'];
    return submitTask(this.parts, principalOf(request), {
      body: request.body,
      idempotencyKey: typeof key === 'string' ? key : undefined,
      traceparent: traceparentOf(request),
      onMinted,
    });
  }

  private accepted(reply: FastifyReply, submitted: Submitted): unknown {
    sayDurability(reply, this.parts);
    void reply.code(202).header('location', placeOf(submitted));
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
    return (await this.shown(principalOf(request).tenant, id)).view;
  }

  @Get(':id/timeline')
  @Needs('tasks:read')
  async timeline(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const { tenant } = principalOf(request);
    const { timeline, view } = await this.shown(tenant, id);
    return { items: timeline, position: { stream: this.parts.streamOf(taskPrefix(tenant, view.id)), sequence: view.lastSequence } };
  }

  /** State and timeline as of a point of the log, `?at=SEQUENCE|TIME`. */
  @Get(':id/replay')
  @Needs('tasks:read')
  async replay(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const { events, openLog, clock, sealing } = this.parts;
    const source = { open: openLog, partOf: events.partOf, now: clock(), sealing };
    const { tenant } = principalOf(request);
    const replayed = await replayTask(source, tenant, taskId(id), atOf(request));
    const { later, unknown, ignored } = replayed;
    const { view, timeline } = await this.parts.outputs.history(tenant, replayed);
    return { task: view, timeline, later, unknown, ignored };
  }

  @Get(':id/result')
  @Needs('tasks:read')
  async result(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const { view } = await this.shown(principalOf(request).tenant, id);
    if (view.result?.guard.verdict === 'block') throw blocked(view.result.guard);
    if (view.result === undefined) throw new RequestFault('not-found', `the task has no result; its state is "${view.state}"`);
    return { id: view.id, state: view.state, spentMicroUsd: view.spentMicroUsd, ...view.result };
  }

  @Post(':id/cancel')
  @Needs('tasks:write')
  async cancel(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    const principal = principalOf(request);
    const { view } = await readTask(this.parts, principal.tenant, taskId(id));
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
    sayDurability(reply, this.parts);
    void reply.code(202);
    return { id: view.id, state: view.state, cancelRequested: true };
  }

  /** Server-sent events: history after Last-Event-ID, then live, `done` last. */
  @Get(':id/events')
  @Needs('tasks:read')
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('id') id: string): Promise<void> {
    const { tenant } = principalOf(request);
    const task = taskId(id);
    if (!this.parts.feed.tells(tenant, task)) await readTask(this.parts, tenant, task);
    streamTask(this.parts, request, reply, task, await this.parts.outputs.lines(tenant));
  }

  /** As it may leave. */
  private async shown(tenant: string, id: string, atLeast?: number): ReturnType<GatewayParts['outputs']['history']> {
    return this.parts.outputs.history(tenant, await readTask(this.parts, tenant, taskId(id), atLeast));
  }
}
