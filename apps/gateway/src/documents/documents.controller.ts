import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { DOCUMENT_LIST, pageOf } from '../http/page.ts';
import { sayDurability } from '../http/say-durability.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';

@Controller('v1/documents')
export class DocumentsController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  /** The body is the document, `?name=` its relative path or title: it is never opened on the server. */
  @Post()
  @Needs('documents:write')
  async ingest(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { name, dataSubject } = request.query as { name?: unknown; dataSubject?: unknown };
    if (typeof name !== 'string') {
      throw new RequestFault('command-invalid', 'add ?name=PATH', { errors: [{ pointer: '?name', message: 'is required' }] });
    }
    const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const entered = await this.parts.documents.enter(principalOf(request), {
      name,
      mediaType,
      bytes: request.body as Readable,
      dataSubject: typeof dataSubject === 'string' ? dataSubject : undefined,
      size: Number(request.headers['content-length'] ?? 0),
      traceparent: traceparentOf(request),
    });
    sayDurability(reply, this.parts);
    void reply.code(202);
    return entered;
  }

  @Get()
  @Needs('documents:read')
  list(@Req() request: FastifyRequest): Promise<unknown> {
    return this.parts.lists.documents(principalOf(request).tenant, pageOf(request, DOCUMENT_LIST));
  }
}
