import { isSealed } from '@octobus/contracts';
import { formatLogCursor, toCloudEvent } from '@octobus/event-log';
import { type Sealing, openedForReader, slotOf } from '@octobus/sealing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from '../auth/auth.guard.ts';
import type { OutputGuard } from '../output/output-guard.ts';
import type { GuardMark } from '../output/shown-output.ts';
import type { Principal } from '../auth/principal.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { EventStream, type StreamFormat } from '../live/event-stream.ts';
import { EventReader, type ReadEvent } from './event-reader.ts';
import { startOf } from './start-of.ts';
import { taskEvents } from './task-events.ts';
import { type WantedEvents, filterOf, maySee } from './wanted-events.ts';

/** Text that is handed to the socket at once, about. */
const PIECE = 65_536;

/**
 * The tenant's events as CloudEvents, of those aggregates that the key may see, with their content opened (of people who were erased it stays sealed): lines to the end of the log as it is now, or messages that go on live.
 * Faults before the first byte; after it the connection breaks, and the reader goes on from the last cursor it has.
 */
export async function streamEvents(parts: GatewayParts, request: FastifyRequest, reply: FastifyReply, wanted: WantedEvents): Promise<void> {
  const principal = principalOf(request);
  const after = await startOf(parts.events.parts, wanted.from, parts.clock());
  const task = wanted.task === undefined ? undefined : await taskEvents(parts.events, principal.tenant, wanted.task, after);
  const stream = EventStream.open(parts, principal, request, reply, wanted.format);
  const gone = new AbortController();
  stream.onClose(() => gone.abort());
  const reader = new EventReader(parts.events, filterOf(principal.tenant, wanted.task), after);
  const batches = task ?? (wanted.format === 'sse' ? reader.follow(gone.signal) : reader.history());
  try {
    await sendAll(stream, batches, { principal, format: wanted.format, sealing: parts.sealing, outputs: parts.outputs });
    stream.close();
  } catch (error) {
    stream.breakOff();
    parts.warn(error, 'events could not be read on for a reader');
  }
}

interface Reader {
  readonly principal: Principal;
  readonly format: StreamFormat;
  readonly sealing: Sealing;
  readonly outputs: OutputGuard;
}

async function sendAll(
  stream: EventStream,
  batches: AsyncIterable<readonly ReadEvent[]> | Iterable<readonly ReadEvent[]>,
  { principal, format, sealing, outputs }: Reader,
): Promise<void> {
  for await (const batch of batches) {
    let piece = '';
    for (const read of batch) {
      if (!maySee(principal, read.event.address.aggregate)) continue;
      const { event, mark } = await outputs.event(principal.tenant, await openedForReader(sealing, read.event));
      piece += textOf({ ...read, event }, format, mark);
      if (piece.length < PIECE) continue;
      await stream.offer(piece);
      piece = '';
    }
    if (piece !== '') await stream.offer(piece);
    if (!stream.isOpen) return;
  }
}

function textOf({ event, stream, positions }: ReadEvent, format: StreamFormat, mark: GuardMark | undefined): string {
  const cursor = formatLogCursor(positions);
  const line = JSON.stringify({
    ...toCloudEvent(event, stream, cursor),
    ...(isSealed(slotOf(event)) ? { octoerased: true } : {}),
    ...(mark === undefined ? {} : { octoguard: `${mark.verdict} ${mark.policyVersion}` }),
  });
  return format === 'ndjson' ? `${line}\n` : `id: ${cursor}\ndata: ${line}\n\n`;
}
