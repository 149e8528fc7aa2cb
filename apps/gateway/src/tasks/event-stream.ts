import type { RecordedEvent } from '@octobus/event-log';
import { type ViewedEvent, timelineEntry, toTaskEvent } from '@octobus/task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../auth/auth.guard.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { EventStream, lastEventId } from '../live/event-stream.ts';

/** One task as server-sent events: id = sequence, event = type, data = a line of the timeline. */
export function streamTask(parts: GatewayParts, request: FastifyRequest, reply: FastifyReply, task: string): void {
  const principal = principalOf(request);
  const stream = EventStream.open(parts, principal, request, reply);
  const after = lastEventId(request);
  let startedAt: number | undefined;
  let type = '';
  const stop = parts.feed.watch(principal.tenant, task, 0, {
    event: (event: RecordedEvent) => {
      startedAt ??= event.storedAt;
      type = event.envelope.type;
      const read = toTaskEvent(event);
      if (read === undefined || event.sequence <= after) return;
      stream.send(String(event.sequence), type, timelineEntry(event as ViewedEvent, read, startedAt));
    },
    end: (error) => {
      if (error === undefined) stream.send(undefined, 'done', { id: task, state: type.split('.')[1] ?? '' });
      stream.close();
    },
  });
  stream.onClose(stop);
}
