import { type OpenReplayAnswer, replaySubject } from '@octobus/contracts';
import { isFault } from '@octobus/kernel';
import { Controller, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { PROBLEMS, RequestFault } from '../problems/problem.ts';

/** What the answerer calls what is wrong, in the words of this door. */
const OWN_CODES: Readonly<Record<string, string>> = { 'query-invalid': 'command-invalid', 'query-unavailable': 'provisioning-unavailable' };

/** Replays over NATS: prepared here, read with any NATS client. Whoever answers the question checks what is asked. */
@Controller('v1/replays')
export class ReplaysController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Post()
  @Needs('tasks:read')
  async open(@Req() request: FastifyRequest): Promise<OpenReplayAnswer> {
    try {
      return await this.parts.ask<OpenReplayAnswer>(replaySubject(principalOf(request).tenant), request.body ?? {});
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
