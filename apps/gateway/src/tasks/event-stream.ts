import type { RecordedEvent } from '@octobus/event-log';
import { type Timeline, type ViewedEvent, timelineEntry, toTaskEvent } from '@octobus/task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../auth/auth.guard.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { EventStream, lastEventId, messageText } from '../live/event-stream.ts';

/** Messages of events that somebody follows: the same event goes to all watchers of its task, and is written once. */
const messages = new WeakMap<RecordedEvent, string | undefined>();

/** Undefined for an event that is no fact of the task. */
function messageOf(event: RecordedEvent, startedAt: number, shown: (entry: Timeline) => Timeline): string | undefined {
  if (messages.has(event)) return messages.get(event);
  const read = toTaskEvent(event);
  const text =
    read === undefined
      ? undefined
      : messageText(String(event.sequence), event.envelope.type, shown(timelineEntry(event as ViewedEvent, read, startedAt)));
  messages.set(event, text);
  return text;
}

/** One task as server-sent events: id = sequence, event = type, data = a line of the timeline. */
export function streamTask(
  parts: GatewayParts,
  request: FastifyRequest,
  reply: FastifyReply,
  task: string,
  shown: (entry: Timeline) => Timeline,
): void {
  const principal = principalOf(request);
  const stream = EventStream.open(parts, principal, request, reply);
  const after = lastEventId(request);
  let startedAt: number | undefined;
  let type = '';
  const stop = parts.feed.watch(principal.tenant, task, 0, {
    event: (event: RecordedEvent) => {
      startedAt ??= event.storedAt;
      type = event.envelope.type;
      const message = event.sequence <= after ? undefined : messageOf(event, startedAt, shown);
      if (message !== undefined) stream.sendText(message);
    },
    end: (error) => {
      if (error === undefined) stream.send(undefined, 'done', { id: task, state: type.split('.')[1] ?? '' });
      stream.close();
    },
  });
  stream.onClose(stop);
}
