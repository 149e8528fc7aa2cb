import { HEADER, type Scope } from '@octobus/contracts';
import type { StoredLetter } from '@octobus/jetstream';
import { formatInstant, instantOf } from '@octobus/kernel';
import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { queryOf, tenantAsked } from '../http/page.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';
import type { LetterAnswer } from './letter-door.ts';
import { shownPayload } from './shown-payload.ts';

const READ: Scope = 'dead-letters:read';
const WRITE: Scope = 'dead-letters:write';

@Controller('v1/dead-letters')
export class LettersController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  /** Oldest first, without what people wrote. */
  @Get()
  @Needs(READ)
  async list(@Req() request: FastifyRequest): Promise<unknown> {
    const { query, limit } = queryOf(request, { allowed: ['limit', 'cursor', 'tenant'], most: 200, usual: 50 });
    const after = Number(query['cursor'] ?? 0);
    if (!/^\d{1,15}$/.test(query['cursor'] ?? '0')) throw new RequestFault('command-invalid', 'the cursor is none of ours');
    const { letters, next } = await this.parts.letters.list(tenantAsked(principalOf(request), query['tenant']), { limit, after });
    return { items: letters.map(listed), ...(next === undefined ? {} : { nextCursor: String(next) }) };
  }

  /** With its headers and, where it was kept, its payload, opened: only here. */
  @Get(':id')
  @Needs(READ)
  async get(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    const letter = await this.parts.letters.find(principalOf(request), id);
    const { headers, digest, attributes } = letter.original;
    return {
      ...listed(letter),
      digest,
      attributes,
      headers: (headers ?? []).filter(([name]) => !HIDDEN.has(name.toLowerCase())).map(([name, value]) => ({ name, value })),
      ...(await shownPayload(letter, this.parts.sealing)),
    };
  }

  @Post(':id/redrive')
  @Needs(WRITE)
  async redrive(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<unknown> {
    return answered(reply, await this.parts.letters.ask(principalOf(request), id, 'redrive', traceparentOf(request)));
  }

  @Delete(':id')
  @Needs(WRITE)
  async drop(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply, @Param('id') id: string): Promise<unknown> {
    return answered(reply, await this.parts.letters.ask(principalOf(request), id, 'drop', traceparentOf(request)));
  }
}

/** A signature would let its reader send the command in the name of whom it was made for. */
const HIDDEN: ReadonlySet<string> = new Set([HEADER.door]);

function answered(reply: FastifyReply, answer: LetterAnswer): LetterAnswer {
  void reply.code(answer.state === 'requested' ? 202 : 200);
  return answer;
}

const listed = ({ id, buriedAt, service, tenant, aggregate, about, cause, deliveries, original }: StoredLetter): object => ({
  id,
  tenant,
  buriedAt: formatInstant(instantOf(buriedAt)),
  service,
  cause,
  deliveries,
  aggregate,
  about,
  subject: original.subject,
  stream: original.stream,
  sequence: original.sequence,
  storedAt: original.storedAt === '' ? null : original.storedAt,
  payloadKept: original.payload !== undefined,
});
