import {
  type CloseReplayAnswer,
  HEADER,
  type ListReplaysAnswer,
  type OpenReplayAnswer,
  type ReplayQuestion,
  gatewayReplaySubject,
} from '@octobus/contracts';
import { isFault } from '@octobus/kernel';
import { Controller, Delete, Get, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { PROBLEMS, RequestFault } from '../problems/problem.ts';

/** What the answerer calls what is wrong, in the words of this door. */
const OWN_CODES: Readonly<Record<string, string>> = { 'query-invalid': 'command-invalid', 'query-unavailable': 'provisioning-unavailable' };

/** Replays over NATS: prepared here, read with any NATS client. Whoever answers the question checks what is asked, and tells the audit who did. */
@Controller('v1/replays')
export class ReplaysController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Post()
  @Needs('tasks:read')
  open(@Req() request: FastifyRequest): Promise<OpenReplayAnswer> {
    return this.ask(request, 'open', request.body ?? {});
  }

  @Get()
  @Needs('tasks:read')
  list(@Req() request: FastifyRequest): Promise<ListReplaysAnswer> {
    return this.ask(request, 'list', {});
  }

  @Delete(':slot')
  @Needs('tasks:read')
  close(@Req() request: FastifyRequest, @Param('slot') slot: string): Promise<CloseReplayAnswer> {
    return this.ask(request, 'close', { slot: /^[1-9]$/.test(slot) ? Number(slot) : slot });
  }

  private async ask<T>(request: FastifyRequest, question: ReplayQuestion, body: unknown): Promise<T> {
    const { tenant, actor, origin } = principalOf(request);
    const traceparent = traceparentOf(request);
    const headers = {
      [HEADER.actor]: actor,
      [HEADER.origin]: origin,
      ...(traceparent === undefined ? {} : { [HEADER.traceparent]: traceparent }),
    };
    try {
      return await this.parts.ask<T>(gatewayReplaySubject(tenant, question), body, headers);
    } catch (error) {
      throw shownFault(error);
    }
  }
}

function shownFault(error: unknown): unknown {
  if (!isFault(error)) return error;
  const code = OWN_CODES[error.code] ?? error.code;
  return PROBLEMS[code] === undefined ? error : new RequestFault(code, error.message);
}
