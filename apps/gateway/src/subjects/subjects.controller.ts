import { Readable } from 'node:stream';
import { isUuid, uuidv7 } from '@octobus/kernel';
import { randomBytesPooled } from '@octobus/telemetry';
import { Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { RequestFault } from '../problems/problem.ts';
import { exportLines } from './export-lines.ts';
import { namedSubject, subjectState } from './named-subject.ts';

/** People as data subjects. Their names stand in bodies only: addresses end up in other people's logs. */
@Controller('v1/subjects')
export class SubjectsController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Get(':id')
  @Needs('subjects:read')
  async state(@Req() request: FastifyRequest, @Param('id') id: string): Promise<unknown> {
    if (!isUuid(id)) throw new RequestFault('not-found', 'a data subject is named by its token here');
    const { tenant } = principalOf(request);
    return subjectState(this.parts.log, { tenant, subject: id });
  }

  /** All that the log holds of a person, in the clear, a line of JSON each. */
  @Post('export')
  @HttpCode(200)
  @Needs('subjects:read')
  async export(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenant } = principalOf(request);
    const name = { tenant, subject: namedSubject(this.parts.doorKey, tenant, request.body) };
    const { state } = await subjectState(this.parts.log, name);
    if (state === 'erased')
      throw new RequestFault('subject-erased', 'the keys of this person were destroyed: nothing can be read any more');
    await reply.type('application/x-ndjson').send(Readable.from(exportLines(this.parts, name), { objectMode: false }));
  }

  /** Destroys the person's keys, for ever. */
  @Post('erase')
  @HttpCode(202)
  @Needs('subjects:write')
  async erase(@Req() request: FastifyRequest): Promise<unknown> {
    const principal = principalOf(request);
    const { tenant } = principal;
    const dataSubject = namedSubject(this.parts.doorKey, tenant, request.body);
    const { state } = await subjectState(this.parts.log, { tenant, subject: dataSubject });
    if (state === 'erased') return { dataSubject, state };
    const id = uuidv7(this.parts.clock(), randomBytesPooled(16));
    await this.parts.door.enter(principal, {
      verb: 'erase',
      tenant,
      target: dataSubject,
      body: { dataSubject },
      id,
      traceparent: traceparentOf(request),
    });
    return { dataSubject, state: 'erasing' };
  }
}
