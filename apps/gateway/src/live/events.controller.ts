import type { RecordedEvent } from '@octobus/event-log';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs, principalOf } from '../auth/auth.guard.ts';
import { GATEWAY, type GatewayParts } from '../gateway-parts.ts';
import { streamEvents } from '../events/stream-events.ts';
import { wantedEvents } from '../events/wanted-events.ts';
import { EventStream } from './event-stream.ts';

/** The tenant's events: as they were recorded, from a place of the log on; or what happens from now on, in lines without content. */
@Controller('v1/events')
export class EventsController {
  private readonly parts: GatewayParts;

  constructor(@Inject(GATEWAY) parts: GatewayParts) {
    this.parts = parts;
  }

  @Get()
  @Needs('tasks:read')
  async tail(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const wanted = wantedEvents(request);
    if (wanted !== undefined) return streamEvents(this.parts, request, reply, wanted);
    const principal = principalOf(request);
    const stream = EventStream.open(this.parts, principal, request, reply);
    const on = {
      event: (event: RecordedEvent): void =>
        stream.send(String(event.sequence), event.address.aggregate, lineOf(event, this.parts.streamOf(event.subject))),
      gap: (): void => stream.send(undefined, 'gap', { message: 'events may be missing here; read the tasks again' }),
    };
    const subscribed = this.parts.live.subscribe(`evt.*.${principal.tenant}.>`, on);
    await subscribed.then(
      (subscription) => stream.onClose(() => subscription.stop()),
      () => stream.close(),
    );
  }
}

/** Clear facts of any event: no content. */
const lineOf = (event: RecordedEvent, stream: string): object => ({
  stream,
  sequence: event.sequence,
  at: new Date(event.storedAt).toISOString(),
  aggregate: event.address.aggregate,
  id: event.address.id,
  facet: event.address.facet.join('.'),
  type: event.envelope.type,
  actor: event.envelope.actor,
});
